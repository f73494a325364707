-- Levels of limits that were crossed, once each.
SELECT DISTINCT
    account_id AS accountId,
    toInt32(period_start) AS periodStartDay,
    arrayJoin(scoped_crossings) AS entry
FROM usage_ledger
WHERE account_id IN {accountIds:Array(String)}
    AND period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})
    AND outcome = 'rated'
    AND notEmpty(crossings)
ORDER BY accountId, periodStartDay, entry
