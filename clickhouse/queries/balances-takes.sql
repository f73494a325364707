-- What was taken from each allowance instance, by account and period.
SELECT
    account_id AS accountId,
    toInt32(period_start) AS periodStartDay,
    take_key AS key,
    sum(take_quantity) AS quantity
FROM usage_ledger
ARRAY JOIN scoped_take_keys AS take_key, take_quantities AS take_quantity
WHERE account_id IN {accountIds:Array(String)}
    AND period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})
    AND outcome = 'rated'
GROUP BY account_id, period_start, take_key
HAVING quantity != 0
ORDER BY accountId, periodStartDay, key
