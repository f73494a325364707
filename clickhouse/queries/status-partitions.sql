-- Where every partition of every log stands, and when the last row came to it. The first part is
-- answered from the projection by_position, the second reads the month or two that may hold it.
SELECT logSource, logPartition, lastOffset, rowsCount, lastRecordedMs
FROM
(
    SELECT
        log_source AS logSource,
        log_partition AS logPartition,
        max(log_offset) AS lastOffset,
        count() AS rowsCount
    FROM usage_ledger
    GROUP BY log_source, log_partition
) AS positions
LEFT JOIN
(
    SELECT
        log_source AS logSource,
        log_partition AS logPartition,
        toUnixTimestamp64Milli(max(recorded_at)) AS lastRecordedMs
    FROM usage_ledger
    WHERE recorded_at >= fromUnixTimestamp64Milli({recordedFromMs:Int64}, 'UTC')
    GROUP BY log_source, log_partition
) AS commits USING (logSource, logPartition)
ORDER BY logSource, logPartition
