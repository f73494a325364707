-- Which of some accounts have rated usage in parts of the log. A partition is named `source/partition`;
-- `recorded_at` only spares reading months that cannot have any.
SELECT DISTINCT account_id AS accountId
FROM usage_ledger
WHERE account_id IN {accountIds:Array(String)}
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
ORDER BY accountId
