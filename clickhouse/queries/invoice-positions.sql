-- How far each log partition is recorded: the cut-off of a bill run. Answered by a projection.
SELECT log_source AS source, log_partition AS partition, max(log_offset) AS lastOffset
FROM usage_ledger
GROUP BY log_source, log_partition
ORDER BY source, partition
