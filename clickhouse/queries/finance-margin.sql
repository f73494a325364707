-- What usage that began in a range was charged and what it cost us, corrections in it. Only usage whose cost is known
-- has a margin; the other is counted. A cost that was found out later goes before that of the row.
SELECT
    partner_id AS partnerId,
    account_id AS accountId,
    product,
    call_type AS callType,
    destination,
    if(later.cost_rate_id = '', usage.supplier, later.supplier) AS supplier,
    sum(entries) AS count,
    sumIf(entries, if(later.cost_rate_id = '', usage.cost_rate_id, later.cost_rate_id) != '') AS knownCount,
    sumIf(charge + information_charge, if(later.cost_rate_id = '', usage.cost_rate_id, later.cost_rate_id) != '') AS knownAmountMicros,
    sumIf(charge + information_charge, if(later.cost_rate_id = '', usage.cost_rate_id, later.cost_rate_id) = '') AS otherAmountMicros,
    sum(if(later.cost_rate_id = '', usage.cost, later.cost)) AS costMicros
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE outcome = 'rated'
        AND started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
        AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
) AS usage
LEFT JOIN
(
    SELECT
        log_source,
        log_partition,
        log_offset,
        argMax(supplier, computed_at) AS supplier,
        argMax(cost, computed_at) AS cost,
        argMax(cost_rate_id, computed_at) AS cost_rate_id
    FROM usage_costs
    WHERE started_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
        AND started_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    GROUP BY log_source, log_partition, log_offset
) AS later USING (log_source, log_partition, log_offset)
GROUP BY partnerId, accountId, product, callType, destination, supplier
ORDER BY partnerId, accountId, product, callType, destination, supplier
