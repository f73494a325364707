-- The catalogue of what was recorded last up to a cut-off: adjustments of the run, else usage.
SELECT argMax(catalogue_hash, tuple(recorded_at, log_source = 'adjustment')) AS catalogueKey
FROM usage_ledger
INNER JOIN
(
    SELECT log_source, log_partition, max(next_offset) AS up_to
    FROM billing_cut_offs
    WHERE cut_off_id = {cutOffId:String}
    GROUP BY log_source, log_partition
) AS cut_off USING (log_source, log_partition)
WHERE log_offset < up_to AND outcome = 'rated'
