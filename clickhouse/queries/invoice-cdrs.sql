-- Exactly the rows that one invoice bills (see invoice-usage-sums.sql), whole, in the order of their
-- start and place in the log.
SELECT
    log_source AS logSource,
    log_partition AS logPartition,
    log_offset AS logOffset,
    toUnixTimestamp64Milli(recorded_at) AS recordedMs,
    catalogue_hash AS catalogueHash,
    entry_kind AS entryKind,
    corrects,
    outcome,
    reason,
    detail,
    raw,
    usage_id AS usageId,
    content_hash AS contentHash,
    origin,
    origin_record AS originRecord,
    partner_id AS partnerId,
    account_id AS accountId,
    subscription_id AS subscriptionId,
    product,
    kind,
    direction,
    call_type AS callType,
    destination,
    sender,
    receiver,
    served_number AS servedNumber,
    visited_network AS visitedNetwork,
    toUnixTimestamp64Milli(started_at) AS startMs,
    toInt32(period_start) AS periodStartDay,
    duration_seconds AS durationSeconds,
    volume_bytes AS volumeBytes,
    quantity,
    out_of_bundle_quantity AS outOfBundleQuantity,
    billed_quantity AS billedQuantity,
    charge AS chargeMicros,
    information_charge AS informationChargeMicros,
    rate_id AS rateId,
    take_keys AS takeKeys,
    take_quantities AS takeQuantities,
    crossings,
    session_key AS sessionKey,
    part_number AS partNumber,
    late
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE account_id = {accountId:String}
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
ORDER BY startMs, logSource, logPartition, logOffset
