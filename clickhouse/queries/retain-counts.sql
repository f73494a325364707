-- Rows that retention has still to do, by month of recording. Accounts on hold are left out.
SELECT
    toInt32(toYYYYMM(recorded_at)) AS month,
    countIf(detail NOT IN ({masked:String}, {deleted:String})) AS unmaskedCount,
    countIf(month <= {deleteMonth:Int32} AND detail != {deleted:String}) AS undeletedCount
FROM usage_ledger
WHERE toYYYYMM(recorded_at) <= {maskMonth:Int32}
    AND NOT has({heldAccounts:Array(String)}, account_id)
    AND entry_kind != 'adjustment'
GROUP BY month
HAVING unmaskedCount + undeletedCount > 0
ORDER BY month
