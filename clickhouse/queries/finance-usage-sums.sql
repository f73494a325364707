-- What some accounts used up to an instant, as a position of the ledger has it, whatever was billed of it.
SELECT
    account_id AS accountId,
    partner_id AS partnerId,
    product,
    call_type AS callType,
    toUInt16(min(period_start)) AS firstStartDay,
    sum(entries) AS count,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE account_id IN {accountIds:Array(String)}
        AND outcome = 'rated'
        AND started_at < fromUnixTimestamp64Milli({beforeMs:Int64}, 'UTC')
) AS used
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS position USING (log_source, log_partition)
WHERE log_offset < up_to
GROUP BY accountId, partnerId, product, callType
ORDER BY accountId, partnerId, product, callType
