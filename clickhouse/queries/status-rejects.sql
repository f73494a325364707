-- How many rejected records wait, by reason (see rejects-by-reason.sql).
SELECT reason, count() AS recordsCount
FROM usage_ledger
WHERE outcome = 'rejected'
    AND entry_kind = 'usage'
    AND concat(log_source, '/', toString(log_partition), '/', toString(log_offset))
        NOT IN (SELECT corrects FROM usage_ledger WHERE corrects != '')
GROUP BY reason
ORDER BY recordsCount DESC, reason
