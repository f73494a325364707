-- What no invoice billed yet of accounts that were billed alike: all of their open periods, and of the closed
-- ones what came after the cut-off that billed them last. Up to an instant, as a position of the ledger has it.
SELECT
    account_id AS accountId,
    partner_id AS partnerId,
    product,
    call_type AS callType,
    has({closedStartDays:Array(UInt16)}, toUInt16(period_start)) AS late,
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
LEFT JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS billed_up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {billedCutOffId:String}
    GROUP BY log_source, log_partition
) AS billed USING (log_source, log_partition)
WHERE log_offset < up_to AND (NOT late OR log_offset >= billed_up_to)
GROUP BY accountId, partnerId, product, callType, late
ORDER BY accountId, partnerId, product, callType, late
