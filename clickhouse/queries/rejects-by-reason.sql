-- Suspense by reason: how many wait, since when, and a few of them to look at. A rejected record that
-- was replayed or written off has a later entry that corrects it, and waits no more.
SELECT
    reason,
    count() AS recordsCount,
    min(toUnixTimestamp64Milli(recorded_at)) AS firstRecordedMs,
    max(toUnixTimestamp64Milli(recorded_at)) AS lastRecordedMs,
    toUnixTimestamp64Milli(minIf(started_at, toUnixTimestamp64Milli(started_at) > 0)) AS firstStartMs,
    toUnixTimestamp64Milli(max(started_at)) AS lastStartMs,
    groupUniqArray(20)(origin) AS origins,
    groupArray(3)((concat(log_source, '/', toString(log_partition), '/', toString(log_offset)), detail, substring(raw, 1, 200))) AS samples
FROM usage_ledger
WHERE outcome = 'rejected'
    AND entry_kind = 'usage'
    AND toUnixTimestamp64Milli(started_at) >= {fromMs:Int64}
    AND toUnixTimestamp64Milli(started_at) < {toMs:Int64}
    AND ({isOfAccounts:UInt8} = 0 OR account_id = '' OR has({accountIds:Array(String)}, account_id))
    AND concat(log_source, '/', toString(log_partition), '/', toString(log_offset))
        NOT IN (SELECT corrects FROM usage_ledger WHERE corrects != '')
GROUP BY reason
ORDER BY recordsCount DESC, reason
