-- What an account used at rates that are settled when their period closes, up to a cut-off: by period,
-- subscription, call type, rate and version of the rate. `versionRateIds` and `versionFromMs` are
-- parallel: each version of each rate. What adjustments added before stands apart. A session has rate and
-- version of its earliest part, as rating has it, whatever rate its rows have. What was taken from
-- allowances that have left the catalogue was money where units were out of bundle, but for those that were
-- covered: money pays for what units did not cover.
SELECT
    toUInt16(period_start) AS periodStartDay,
    pricedBy AS rateId,
    subscription_id AS subscriptionId,
    call_type AS callType,
    arrayCount(
        (id, fromMs) -> id = rateId AND fromMs <= toUnixTimestamp64Milli(pricedAt),
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
        replaceOne(toString(rate_id), 'adjustment:', '') AS ownRateId,
        if(session_key = '', ownRateId, argMinIf(
            ownRateId,
            (started_at, -toUnixTimestamp64Milli(recorded_at)),
            entry_kind != 'reversal') OVER parts) AS pricedBy,
        if(session_key = '', started_at, min(started_at) OVER parts) AS pricedAt,
        arrayMap(key -> splitByChar('|', key)[1], take_keys) AS takeIds,
        arraySum((id, taken) -> if(has({moneyAllowanceIds:Array(String)}, id), taken, 0),
            takeIds, take_quantities) AS moneyTaken,
        arraySum((id, taken) -> if(has({unitAllowanceIds:Array(String)}, id), taken, 0),
            takeIds, take_quantities) AS unitsTaken,
        arraySum(take_quantities) - moneyTaken - unitsTaken AS unknownTaken
    FROM usage_ledger
    INNER JOIN
    (
        SELECT log_source, log_partition, max(next_offset) AS up_to
        FROM billing_cut_offs
        WHERE cut_off_id = {cutOffId:String}
        GROUP BY log_source, log_partition
    ) AS cut_off USING (log_source, log_partition)
    WHERE account_id = {accountId:String}
        AND outcome = 'rated'
        AND has({periodStartDays:Array(UInt16)}, toUInt16(period_start))
        AND log_offset < up_to
        AND (session_key != '' OR has({versionRateIds:Array(String)}, ownRateId))
    WINDOW parts AS (PARTITION BY period_start, subscription_id, call_type, session_key)
) AS used
WHERE has({versionRateIds:Array(String)}, pricedBy)
GROUP BY periodStartDay, rateId, subscriptionId, callType, versionsBegun
ORDER BY periodStartDay, rateId, subscriptionId, callType, versionsBegun
