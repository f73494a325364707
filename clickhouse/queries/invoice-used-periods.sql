-- Periods in which accounts used something, by their first day.
SELECT account_id AS accountId, groupUniqArray(toUInt16(period_start)) AS periodStartDays
FROM usage_ledger
WHERE outcome = 'rated'
GROUP BY accountId
ORDER BY accountId
