-- How far every partition of every log goes and how many rows it has, in lists. Answered from the
-- projection by_position, so it costs the same whatever the rows.
SELECT
    groupArray(logSource) AS sources,
    groupArray(logPartition) AS partitions,
    groupArray(lastOffset) AS lastOffsets,
    groupArray(rows) AS rowsCounts
FROM
(
    SELECT
        log_source AS logSource,
        log_partition AS logPartition,
        max(log_offset) AS lastOffset,
        count() AS rows
    FROM usage_ledger
    GROUP BY log_source, log_partition
)
