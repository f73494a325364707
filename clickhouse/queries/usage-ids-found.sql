-- Which of these usage ids count already: rated, and not reversed since.
SELECT usage_id AS usageId, anyLast(content_hash) AS contentHash
FROM usage_ledger
WHERE usage_id IN {usageIds:Array(String)}
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    AND outcome = 'rated'
GROUP BY usage_id
HAVING sum(entries) > 0
ORDER BY usageId
