-- What an account used at rates that are settled when their period closes, up to a cut-off: by period,
-- subscription, call type, rate and version of the rate. `versionRateIds` and `versionFromMs` are
-- parallel: each version of each rate. What adjustments added before stands apart. What was taken from
-- allowances that have left the catalogue was money where units were out of bundle, but for those that were
-- covered: money pays for what units did not cover.
SELECT
    toUInt16(period_start) AS periodStartDay,
    replaceOne(toString(rate_id), 'adjustment:', '') AS rateId,
    subscription_id AS subscriptionId,
    call_type AS callType,
    arrayCount(
        (id, fromMs) -> id = rateId AND fromMs <= toUnixTimestamp64Milli(started_at),
        {versionRateIds:Array(String)}, {versionFromMs:Array(Int64)}) AS versionsBegun,
    any(partner_id) AS partnerId,
    any(product) AS product,
    any(kind) AS kind,
    sum(out_of_bundle_quantity) AS outOfBundleQuantity,
    sumIf(charge, entry_kind != 'adjustment') AS chargedMicros,
    sumIf(charge, entry_kind = 'adjustment') AS adjustedMicros,
    sum(moneyTaken + entries * if(
        entries * out_of_bundle_quantity > 0,
        greatest(0, entries * unknownTaken
            - greatest(0, entries * (quantity - out_of_bundle_quantity - unitsTaken))),
        0)) AS moneyTakenMicros
FROM
(
    SELECT
        *,
        arrayMap(key -> splitByChar('|', key)[1], take_keys) AS takeIds,
        arraySum((id, taken) -> if(has({moneyAllowanceIds:Array(String)}, id), taken, 0),
            takeIds, take_quantities) AS moneyTaken,
        arraySum((id, taken) -> if(has({unitAllowanceIds:Array(String)}, id), taken, 0),
            takeIds, take_quantities) AS unitsTaken,
        arraySum(take_quantities) - moneyTaken - unitsTaken AS unknownTaken
    FROM usage_ledger
    WHERE account_id = {accountId:String}
        AND outcome = 'rated'
        AND has({periodStartDays:Array(UInt16)}, toUInt16(period_start))
        AND has({versionRateIds:Array(String)}, replaceOne(toString(rate_id), 'adjustment:', ''))
) AS used
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
WHERE log_offset < up_to
GROUP BY periodStartDay, rateId, subscriptionId, callType, versionsBegun
ORDER BY periodStartDay, rateId, subscriptionId, callType, versionsBegun
