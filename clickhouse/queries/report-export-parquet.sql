-- An export with the types of its columns, in the order of the ledger, so that nothing is sorted and a year passes
-- through in the memory of a few blocks. The marked place is filled with fixed texts by
-- src/reports/export-usage.ts; values are parameters.
SELECT
    formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', {timeZone:String}) AS start,
    started_at AS start_utc,
    toString(account_id) AS account,
    subscription_id AS subscription,
    served_number AS number,
    toString(product) AS product,
    toString(call_type) AS call_type,
    toString(direction) AS direction,
    sender,
    receiver,
    toString(destination) AS destination,
    toString(visited_network) AS network,
    duration_seconds,
    volume_bytes,
    quantity,
    out_of_bundle_quantity AS out_of_bundle,
    charge,
    information_charge,
    charge + information_charge AS amount,
    if(period_start = toDate(0), NULL, period_start) AS period,
    toBool(late) AS late,
    toString(entry_kind) AS entry,
    usage_id
FROM usage_ledger
WHERE /* conditions */
ORDER BY account_id, period_start, started_at, log_source, log_partition, log_offset
