-- Rated usages of one account that were recorded in a time, from a place on, in the order of recording.
-- Marked places are filled with fixed texts by src/data-streams/read-usage.ts; values are parameters.
SELECT
    /* fields */,
    formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', {timeZone:String}) AS startLocal,
    toUnixTimestamp64Milli(recorded_at) AS first,
    toInt64(entry_kind != 'usage') AS second
FROM usage_ledger
WHERE account_id = {accountId:String}
    AND outcome = 'rated'
    AND detail != {deletedDetail:String}
    AND recorded_at >= fromUnixTimestamp64Milli({fromMs:Int64})
    AND recorded_at <= fromUnixTimestamp64Milli({untilMs:Int64})
    AND (first, second, log_source, log_partition, log_offset)
        > ({first:Int64}, {second:Int64}, {source:String}, {partition:UInt32}, {offset:Int64})
ORDER BY first, second, log_source, log_partition, log_offset
LIMIT {limit:UInt32}
