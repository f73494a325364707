-- Whole rows in the order of the log. The sort spills to disk beyond its share of memory.
SELECT
    /* fields */
FROM usage_ledger
WHERE ({source:String} = '' OR log_source = {source:String})
    AND ({partition:Int64} < 0 OR log_partition = {partition:Int64})
    AND ({accountId:String} = '' OR account_id = {accountId:String})
    AND ({outcome:String} = '' OR toString(outcome) = {outcome:String})
ORDER BY logSource, logPartition, logOffset
