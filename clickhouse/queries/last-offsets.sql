-- Where each partition of a log stands; the first part is answered from the projection by_position. A
-- run whose rows were given up keeps its number.
SELECT partition, max(lastOffset) AS lastOffset, sum(rowsCount) AS rowsCount
FROM
(
    SELECT log_partition AS partition, max(log_offset) AS lastOffset, count() AS rowsCount
    FROM usage_ledger
    WHERE log_source = {source:String}
    GROUP BY log_partition
    UNION ALL
    SELECT log_partition AS partition, max(next_offset) - 1 AS lastOffset, 0 AS rowsCount
    FROM accepted_losses
    WHERE log_source = {source:String}
    GROUP BY log_partition
)
GROUP BY partition
ORDER BY partition
