-- Usage out of bundles that was charged less than it cost us, in the periods that begin on these days; what was
-- taken back counts as taken back.
SELECT
    call_type AS callType,
    sum(entries) AS count,
    uniqExact(account_id) AS accountsCount,
    min(account_id) AS firstAccountId,
    sum(charge) + sum(information_charge) AS chargeMicros,
    sum(cost) AS costMicros
FROM usage_ledger
WHERE outcome = 'rated'
    AND has({periodStartDays:Array(UInt16)}, toUInt16(period_start))
    AND cost_rate_id != ''
    AND out_of_bundle_quantity = quantity
    AND (cost - charge - information_charge) * entries > 0
GROUP BY callType
HAVING count > 0
ORDER BY callType
