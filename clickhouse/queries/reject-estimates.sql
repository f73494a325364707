-- What waits, by what can be told of it, beside what comparable usages were charged lately: the same
-- product, kind and direction, and the same first characters of the called number where there are any.
WITH
    comparable AS
    (
        SELECT
            product, kind, direction,
            if(kind = 'data', '', substring(receiver, 1, 4)) AS prefix,
            sum(charge + information_charge) AS charged,
            sum(quantity) AS chargedQuantity
        FROM usage_ledger
        WHERE outcome = 'rated' AND recorded_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
        GROUP BY product, kind, direction, prefix
    ),
    waiting AS
    (
        SELECT
            reason, product, kind, direction,
            if(kind = 'data', '', substring(receiver, 1, 4)) AS prefix,
            count() AS waitingCount,
            sum(quantity) AS waitingQuantity
        FROM usage_ledger
        WHERE outcome = 'rejected'
            AND entry_kind = 'usage'
            AND kind != 'none'
            AND toUnixTimestamp64Milli(started_at) >= {fromMs:Int64}
            AND toUnixTimestamp64Milli(started_at) < {toMs:Int64}
            AND ({isOfAccounts:UInt8} = 0 OR account_id = '' OR has({accountIds:Array(String)}, account_id))
            -- An absurd quantity is worth nothing, and a conflicting record was charged once already.
            AND reason NOT IN ('invalid_quantity', 'charge_out_of_range', 'cdr_conflict')
            AND concat(log_source, '/', toString(log_partition), '/', toString(log_offset))
                NOT IN (SELECT corrects FROM usage_ledger WHERE corrects != '')
        GROUP BY reason, product, kind, direction, prefix
    )
SELECT reason, waitingCount, waitingQuantity, charged, chargedQuantity
FROM waiting
INNER JOIN comparable USING (product, kind, direction, prefix)
WHERE chargedQuantity > 0
ORDER BY reason, waitingQuantity
