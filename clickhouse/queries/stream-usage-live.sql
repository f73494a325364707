-- Rated usages of one account in parts of the log, from a place on. Each partition in the order of its
-- offsets; what corrects an entry after every usage, in the order of recording. Marked places are filled
-- with fixed texts by src/data-streams/read-usage.ts; values are parameters.
SELECT
    /* fields */,
    formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', {timeZone:String}) AS startLocal,
    toInt64(entry_kind != 'usage') AS first,
    if(entry_kind != 'usage', toUnixTimestamp64Milli(recorded_at), 0) AS second
FROM usage_ledger
WHERE account_id = {accountId:String}
    AND outcome = 'rated'
    AND recorded_at >= fromUnixTimestamp64Milli({recordedFromMs:Int64})
    AND has({partitions:Array(String)}, concat(log_source, '/', toString(log_partition)))
    AND log_offset >= arrayElement(
        {nextOffsets:Array(Int64)},
        indexOf({partitions:Array(String)}, concat(log_source, '/', toString(log_partition)))
    )
    AND log_offset <= arrayElement(
        {lastOffsets:Array(Int64)},
        indexOf({partitions:Array(String)}, concat(log_source, '/', toString(log_partition)))
    )
    AND (first, second, log_source, log_partition, log_offset)
        > ({first:Int64}, {second:Int64}, {source:String}, {partition:UInt32}, {offset:Int64})
ORDER BY first, second, log_source, log_partition, log_offset
LIMIT {limit:UInt32}
