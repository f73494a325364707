-- Rejected records that wait in suspense (nothing corrects them), in log order, after a place in the
-- log: a page of them. No reasons means any.
SELECT
    log_source AS logSource,
    log_partition AS logPartition,
    log_offset AS logOffset,
    reason,
    raw,
    usage_id AS usageId,
    content_hash AS contentHash,
    origin,
    origin_record AS originRecord
FROM usage_ledger
WHERE outcome = 'rejected'
    AND entry_kind = 'usage'
    AND (empty({reasons:Array(String)}) OR reason IN {reasons:Array(String)})
    AND (log_source, log_partition, log_offset)
        > ({afterSource:String}, {afterPartition:UInt32}, {afterOffset:Int64})
    AND concat(log_source, '/', toString(log_partition), '/', toString(log_offset))
        NOT IN (SELECT corrects FROM usage_ledger WHERE corrects != '')
ORDER BY logSource, logPartition, logOffset
LIMIT {limit:UInt32}
