-- What usage that began in a range was charged, corrections in it. Period-end adjustments count no usage.
SELECT
    partner_id AS partnerId,
    account_id AS accountId,
    product,
    call_type AS callType,
    sum(entries) AS count,
    sumIf(entries, entry_kind = 'usage') AS ratedCount,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros
FROM usage_ledger
WHERE outcome = 'rated'
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY partnerId, accountId, product, callType
ORDER BY partnerId, accountId, product, callType
