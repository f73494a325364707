-- Last usage of each source in a range: a source that fell silent is seen before billing.
SELECT
    splitByChar(':', usage_id)[1] AS sourceId,
    toUnixTimestamp64Milli(max(started_at)) AS lastStartedMs,
    count() AS count
FROM usage_ledger
WHERE outcome = 'rated'
    AND entry_kind = 'usage'
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY sourceId
ORDER BY sourceId
