-- What some accounts took from allowances up to an invoice's cut-off, by instance: by usage of its own period,
-- and of earlier ones as far back as an instance can reach (rollover, lifetime). A key has the first day of
-- its instance in third place; own is what usages of that period took.
SELECT
    accountId,
    takeKey AS key,
    sum(takeQuantity) AS quantity,
    sumIf(takeQuantity, isOwn) AS ownQuantity
FROM
(
    SELECT
        account_id AS accountId,
        log_source,
        log_partition,
        log_offset,
        takeKey,
        takeQuantity,
        toInt32(period_start) = toInt32OrZero(splitByChar('|', takeKey)[3]) AS isOwn
    FROM usage_ledger
    ARRAY JOIN scoped_take_keys AS takeKey, take_quantities AS takeQuantity
    WHERE account_id IN {accountIds:Array(String)}
        AND outcome = 'rated'
        AND period_start BETWEEN toDate({fromStartDay:UInt16}) AND toDate({periodStartDay:UInt16})
) AS taken
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
WHERE log_offset < up_to
GROUP BY accountId, key
HAVING quantity != 0
ORDER BY accountId, key
