-- What usage that began in a range was charged and what it cost us, corrections in it. Only usage whose cost is known
-- has a margin; the other is counted.
SELECT
    partner_id AS partnerId,
    account_id AS accountId,
    product,
    call_type AS callType,
    destination,
    supplier,
    sum(entries) AS count,
    sumIf(entries, cost_rate_id != '') AS knownCount,
    sumIf(charge + information_charge, cost_rate_id != '') AS knownAmountMicros,
    sumIf(charge + information_charge, cost_rate_id = '') AS otherAmountMicros,
    sum(cost) AS costMicros
FROM usage_ledger
WHERE outcome = 'rated'
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY partnerId, accountId, product, callType, destination, supplier
ORDER BY partnerId, accountId, product, callType, destination, supplier
