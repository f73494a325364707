-- What the usage of an invoice's own period took from allowances, by instance and subscription.
SELECT takeKey AS key, subscription_id AS subscriptionId, sum(takeQuantity) AS quantity
FROM
(
    SELECT log_source, log_partition, log_offset, subscription_id, takeKey, takeQuantity
    FROM usage_ledger
    ARRAY JOIN take_keys AS takeKey, take_quantities AS takeQuantity
    WHERE account_id = {accountId:String}
        AND outcome = 'rated'
        AND period_start = toDate({periodStartDay:UInt16})
) AS taken
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
WHERE log_offset < up_to
GROUP BY key, subscriptionId
HAVING quantity != 0
ORDER BY key, subscriptionId
