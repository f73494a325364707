-- First day of the last period in which an account used something.
SELECT toUInt16(max(period_start)) AS periodStartDay
FROM usage_ledger
WHERE account_id = {accountId:String} AND outcome = 'rated'
HAVING count() > 0
