-- A page of the rows that one usage line of an invoice is the sum of: those of invoice-cdrs.sql, of one
-- period, product, call type, kind and kind of entry, and of these stretches of subscriptions or all else.
SELECT
    /* fields */
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE account_id = {accountId:String}
        AND outcome = 'rated'
        AND toUInt16(period_start) = {lineStartDay:UInt16}
        AND product = {product:String}
        AND call_type = {callType:String}
        AND has({kinds:Array(String)}, toString(kind))
        AND has({entryKinds:Array(String)}, toString(entry_kind))
        AND arrayExists(
            (subscriptionId, fromMs, toMs) -> subscriptionId = subscription_id
                AND toUnixTimestamp64Milli(started_at) >= fromMs
                AND toUnixTimestamp64Milli(started_at) < toMs,
            {subscriptionIds:Array(String)}, {fromMs:Array(Int64)}, {toMs:Array(Int64)}
        ) != {isAllElse:UInt8}
        AND ({isOfAll:UInt8} OR has({onlySubscriptionIds:Array(String)}, subscription_id))
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
    AND ({lineStartDay:UInt16} = {periodStartDay:UInt16} OR log_offset >= billed_up_to)
ORDER BY startMs, logSource, logPartition, logOffset
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
