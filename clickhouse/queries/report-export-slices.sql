-- Where an export is cut, by start: the whole minute that a slice begins with, newest first, so that none has
-- many more rows than are sorted at once. The marked place is filled with fixed texts by
-- src/reports/export-slices.ts; values are parameters.
SELECT
    min(minute) * 60000 AS fromMs,
    sum(rowsCount) AS rowsCount
FROM
(
    SELECT minute, rowsCount, sum(rowsCount) OVER (ORDER BY minute DESC) - rowsCount AS before
    FROM
    (
        SELECT intDiv(toUnixTimestamp64Milli(started_at), 60000) AS minute, count() AS rowsCount
        FROM usage_ledger
        WHERE /* conditions */
        GROUP BY minute
    )
)
GROUP BY intDiv(before, {sliceRowsMax:UInt64})
ORDER BY fromMs DESC
