-- Exactly the rows that the invoices of some accounts bill (see invoice-usage-sums.sql), those of an account
-- in the order of their start and place in the log.
SELECT
    /* fields */
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE account_id IN {accountIds:Array(String)}
        AND outcome = 'rated'
        AND has(arrayConcat([{periodStartDay:UInt16}], {lateStartDays:Array(UInt16)}), toUInt16(period_start))
) AS billed
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
LEFT JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS billed_up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {lateAfterCutOffId:String}
    GROUP BY log_source, log_partition
) AS earlier USING (log_source, log_partition)
WHERE log_offset < up_to
    AND (toUInt16(period_start) = {periodStartDay:UInt16} OR log_offset >= billed_up_to)
ORDER BY accountId, startMs, logSource, logPartition, logOffset
