-- Where each partition of a log stands. Answered from the projection by_position.
SELECT log_partition AS partition, max(log_offset) AS lastOffset, count() AS rowsCount
FROM usage_ledger
WHERE log_source = {source:String}
GROUP BY log_partition
ORDER BY log_partition
