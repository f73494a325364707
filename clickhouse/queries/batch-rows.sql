-- How many rows of one insert are there. The moment of recording prunes to the newest parts.
SELECT count() AS rowsCount
FROM usage_ledger
WHERE recorded_at = fromUnixTimestamp64Milli({recordedMs:Int64}, 'UTC')
    AND batch_id = {batchId:Int64}
    AND log_source = {source:String}
    AND log_partition = {partition:UInt32}
