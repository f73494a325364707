-- Rejected records that start in a range, by reason: those that nobody replayed or wrote off.
SELECT reason, count() AS count
FROM usage_ledger
WHERE outcome = 'rejected'
    AND entry_kind = 'usage'
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    AND concat(log_source, '/', toString(log_partition), '/', toString(log_offset))
        NOT IN (SELECT corrects FROM usage_ledger WHERE corrects != '')
GROUP BY reason
ORDER BY count DESC, reason
