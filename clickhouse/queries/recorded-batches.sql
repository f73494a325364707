-- The commits of logs that tik numbers itself, with what all of their rows share. '' and 0: any.
SELECT
    log_source AS source,
    log_partition AS partition,
    min(log_offset) AS firstOffset,
    count() AS rowsCount,
    batch_id AS batchId,
    toUnixTimestamp64Milli(recorded_at) AS recordedMs,
    catalogue_hash AS catalogueHash
FROM usage_ledger
WHERE log_source IN {sources:Array(String)}
    AND ({source:String} = '' OR log_source = {source:String})
    AND ({partition:UInt32} = 0 OR log_partition = {partition:UInt32})
GROUP BY source, partition, batchId, recordedMs, catalogueHash
ORDER BY source, partition, firstOffset
