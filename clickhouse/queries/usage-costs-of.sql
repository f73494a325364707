-- The costs that were found out later of entries of an account whose usage began in a range, the last of each.
SELECT
    log_source AS logSource,
    log_partition AS logPartition,
    log_offset AS logOffset,
    argMax(cost, computed_at) AS costMicros,
    argMax(cost_rate_id, computed_at) AS costRateId
FROM usage_costs
WHERE account_id = {accountId:String}
    AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY logSource, logPartition, logOffset
