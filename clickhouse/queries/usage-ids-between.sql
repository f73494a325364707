-- Ids of usages that start in a span of time: the window of duplicates. A reversed one may be
-- among them; whoever finds it here asks for it by name before believing it.
SELECT usage_id AS usageId, content_hash AS contentHash
FROM usage_ledger
WHERE started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    AND outcome = 'rated'
    AND entries > 0
