-- Single usages. The marked places are filled with fixed texts by src/reports/usage-details.ts;
-- values are parameters.
SELECT
    toUnixTimestamp64Milli(started_at) AS startMs,
    formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', {timeZone:String}) AS startLocal,
    account_id AS accountId,
    subscription_id AS subscriptionId,
    product,
    kind,
    direction,
    call_type AS callType,
    served_number AS servedNumber,
    sender,
    receiver,
    destination,
    visited_network AS visitedNetwork,
    duration_seconds AS durationSeconds,
    volume_bytes AS volumeBytes,
    quantity,
    out_of_bundle_quantity AS outOfBundleQuantity,
    billed_quantity AS billedQuantity,
    charge AS chargeMicros,
    information_charge AS informationChargeMicros,
    rate_id AS rateId,
    toInt32(period_start) AS periodStartDay,
    late,
    entry_kind AS entryKind,
    usage_id AS usageId,
    concat(log_source, '/', toString(log_partition), '/', toString(log_offset)) AS entryId
FROM usage_ledger
WHERE /* conditions */
ORDER BY started_at DESC, log_source, log_partition, log_offset
/* limit */
