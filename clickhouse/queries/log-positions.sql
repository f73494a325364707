-- Where every partition of every log stands. Answered from the projection by_position.
SELECT log_source AS logSource, log_partition AS logPartition, max(log_offset) AS lastOffset
FROM usage_ledger
GROUP BY log_source, log_partition
