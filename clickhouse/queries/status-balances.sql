-- How many accounts used something in the periods that began since a day, and how many balances that
-- makes (one for each account and period).
SELECT uniqExact(accountId) AS accountsCount, count() AS balancesCount
FROM
(
    SELECT account_id AS accountId, period_start
    FROM usage_ledger
    WHERE outcome = 'rated' AND period_start >= toDate({fromDay:Int32})
    GROUP BY account_id, period_start
)
