-- Exact sums of what the invoices of some accounts bill: their own period up to the cut-off, and of earlier
-- periods what came after the cut-off that billed them last. Nothing is rounded. A sum lies in one
-- stretch: after so many of the boundaries.
SELECT
    account_id AS accountId,
    toUInt16(period_start) AS periodStartDay,
    periodStartDay != {periodStartDay:UInt16} AS late,
    late AND entry_kind IN ('reversal', 'correction') AS corrected,
    subscription_id AS subscriptionId,
    product,
    kind,
    call_type AS callType,
    arrayCount(boundary -> boundary <= toUnixTimestamp64Milli(started_at), {boundariesMs:Array(Int64)}) AS stretch,
    sum(entries) AS count,
    sum(quantity) AS quantity,
    sum(out_of_bundle_quantity) AS outOfBundleQuantity,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros,
    count() AS rowsCount
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE account_id IN {accountIds:Array(String)}
        AND outcome = 'rated'
        AND has(arrayConcat([{periodStartDay:UInt16}], {lateStartDays:Array(UInt16)}), toUInt16(period_start))
) AS billed
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
LEFT JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS billed_up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {lateAfterCutOffId:String}
    GROUP BY log_source, log_partition
) AS earlier USING (log_source, log_partition)
WHERE log_offset < up_to
    AND (toUInt16(period_start) = {periodStartDay:UInt16} OR log_offset >= billed_up_to)
GROUP BY accountId, periodStartDay, corrected, subscriptionId, product, kind, callType, stretch
ORDER BY accountId, periodStartDay, corrected, subscriptionId, product, kind, callType, stretch
