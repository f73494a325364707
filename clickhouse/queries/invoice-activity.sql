-- Subscriptions with rated usage in the periods that begin on these days.
SELECT account_id AS accountId, subscription_id AS subscriptionId, sum(entries) AS count
FROM usage_ledger
WHERE outcome = 'rated' AND has({periodStartDays:Array(UInt16)}, toUInt16(period_start))
GROUP BY accountId, subscriptionId
HAVING count > 0
ORDER BY accountId, subscriptionId
