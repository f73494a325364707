-- A slice of an export as the bytes of its file: each row is the text of its line, line break and all. The marked
-- places are filled with fixed texts by src/reports/export-lines.ts; values are parameters.
SELECT line
FROM
(
    SELECT
        /* line */ AS line
    FROM usage_ledger
    WHERE /* conditions */
    ORDER BY started_at DESC, log_source, log_partition, log_offset
)
