-- Single usages. The marked places are filled with fixed texts by src/reports/usage-details.ts;
-- values are parameters.
SELECT
    /* fields */,
    formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', {timeZone:String}) AS startLocal,
    concat(log_source, '/', toString(log_partition), '/', toString(log_offset)) AS entryId
FROM usage_ledger
WHERE /* conditions */
ORDER BY /* order */
/* limit */
