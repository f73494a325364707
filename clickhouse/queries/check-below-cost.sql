-- Usage out of bundles that was charged less than it cost us, in the periods that begin on these days; what was
-- taken back counts as taken back, and what a plan gives away is no sale. A cost that was found out later goes before that of the row.
SELECT
    callType,
    sum(entries) AS count,
    uniqExact(accountId) AS accountsCount,
    min(accountId) AS firstAccountId,
    sum(charged) AS chargeMicros,
    sum(costs) AS costMicros
FROM
(
    SELECT
        usage.call_type AS callType,
        usage.account_id AS accountId,
        usage.entries AS entries,
        usage.charge + usage.information_charge AS charged,
        if(later.cost_rate_id = '', usage.cost, later.cost) AS costs
    FROM
    (
        SELECT *
        FROM usage_ledger
        WHERE outcome = 'rated'
            AND has({periodStartDays:Array(UInt16)}, toUInt16(period_start))
            AND out_of_bundle_quantity = quantity
    ) AS usage
    LEFT JOIN
    (
        SELECT
            log_source,
            log_partition,
            log_offset,
            argMax(cost, computed_at) AS cost,
            argMax(cost_rate_id, computed_at) AS cost_rate_id
        FROM usage_costs
        GROUP BY log_source, log_partition, log_offset
    ) AS later USING (log_source, log_partition, log_offset)
    WHERE (later.cost_rate_id != '' OR usage.cost_rate_id != '')
        AND charged * usage.entries > 0
        AND (costs - charged) * usage.entries > 0
)
GROUP BY callType
HAVING count > 0
ORDER BY callType
