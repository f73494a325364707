-- Sources with usage in a range: their first and last, and what it was charged. A source that fell
-- silent is seen before billing.
SELECT
    splitByChar(':', usage_id)[1] AS sourceId,
    toUnixTimestamp64Milli(min(started_at)) AS firstStartedMs,
    toUnixTimestamp64Milli(max(started_at)) AS lastStartedMs,
    count() AS count,
    sum(charge) + sum(information_charge) AS chargeMicros,
    countIf(log_source = 'files') > 0 AS isOfFiles
FROM usage_ledger
WHERE outcome = 'rated'
    AND entry_kind = 'usage'
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY sourceId
ORDER BY sourceId
