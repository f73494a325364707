-- For each file of the log the month in which its last row was recorded, and whether an account on hold
-- has rows in it.
SELECT
    log_partition AS number,
    toInt32(toYYYYMM(max(recorded_at))) AS lastMonth,
    countIf(has({heldAccounts:Array(String)}, account_id)) > 0 AS isHeld
FROM usage_ledger
WHERE log_source = 'files'
GROUP BY log_partition
ORDER BY log_partition
