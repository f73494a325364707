-- What these accounts used in each period. Answered from the projection by_account.
SELECT
    account_id AS accountId,
    toUInt16(period_start) AS periodStartDay,
    sum(entries) AS count,
    sum(charge) + sum(information_charge) AS chargeMicros
FROM usage_ledger
WHERE outcome = 'rated' AND has({accountIds:Array(String)}, account_id)
GROUP BY accountId, periodStartDay
ORDER BY accountId, periodStartDay
