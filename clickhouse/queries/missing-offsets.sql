-- Where one partition of a log has holes: each row stands before one. Its end is not looked at.
SELECT lastOffset + 1 AS firstOffset, offset AS nextOffset
FROM
(
    SELECT
        log_offset AS offset,
        lagInFrame(log_offset, 1, -1) OVER
            (ORDER BY log_offset ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS lastOffset
    FROM usage_ledger
    WHERE log_source = {source:String} AND log_partition = {partition:UInt32}
)
WHERE offset > lastOffset + 1
ORDER BY offset
LIMIT {limit:UInt32}
