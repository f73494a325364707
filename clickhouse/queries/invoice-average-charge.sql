-- What usages of a range cost together, and how many they are: the base of an estimate.
SELECT sum(charge) + sum(information_charge) AS chargeMicros, sum(entries) AS count
FROM usage_ledger
WHERE outcome = 'rated'
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
