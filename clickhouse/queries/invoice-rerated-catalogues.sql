-- By which catalogue periods were rated again last, up to a cut-off, and by which run of `tik rerate`.
SELECT
    account_id AS accountId,
    toUInt16(period_start) AS periodStartDay,
    max(log_partition) AS rerateNumber,
    argMax(catalogue_hash, log_partition) AS catalogueKey
FROM usage_ledger
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
WHERE log_offset < up_to AND log_source = 'rerate' AND entry_kind = 'correction' AND outcome = 'rated'
GROUP BY accountId, periodStartDay
ORDER BY accountId, periodStartDay
