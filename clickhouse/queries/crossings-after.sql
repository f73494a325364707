-- Limit levels that were crossed in some partitions of the log, from given offsets on. A partition
-- is named `source/partition`; `recorded_at` only spares reading months that cannot have any.
SELECT
    log_source AS logSource,
    log_partition AS logPartition,
    log_offset AS logOffset,
    account_id AS accountId,
    subscription_id AS subscriptionId,
    toString(product) AS product,
    toInt32(period_start) AS periodStartDay,
    toUnixTimestamp64Milli(started_at) AS startedMs,
    toUnixTimestamp64Milli(recorded_at) AS recordedMs,
    scoped_crossings AS crossings
FROM usage_ledger
PREWHERE notEmpty(crossings)
WHERE recorded_at >= fromUnixTimestamp64Milli({recordedFromMs:Int64})
    AND has({partitions:Array(String)}, concat(log_source, '/', toString(log_partition)))
    AND log_offset >= arrayElement(
        {nextOffsets:Array(Int64)},
        indexOf({partitions:Array(String)}, concat(log_source, '/', toString(log_partition)))
    )
    AND log_offset <= arrayElement(
        {lastOffsets:Array(Int64)},
        indexOf({partitions:Array(String)}, concat(log_source, '/', toString(log_partition)))
    )
    AND outcome = 'rated'
ORDER BY recordedMs, logSource, logPartition, logOffset
