-- Periods of accounts in which one of these rates was used.
SELECT account_id AS accountId, toUInt16(period_start) AS periodStartDay
FROM usage_ledger
WHERE outcome = 'rated' AND has({rateIds:Array(String)}, rate_id)
GROUP BY account_id, period_start
ORDER BY accountId, periodStartDay
