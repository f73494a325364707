-- What these accounts used in each period.
SELECT
    account_id AS accountId,
    toUInt16(period_start) AS periodStartDay,
    sum(entries) AS count,
    sum(charge) + sum(information_charge) AS chargeMicros
FROM usage_ledger
WHERE outcome = 'rated' AND account_id IN {accountIds:Array(String)}
GROUP BY accountId, periodStartDay
ORDER BY accountId, periodStartDay
