-- How many positions of a cut-off are here already.
SELECT uniqExact(log_source, log_partition) AS positionsCount
FROM billing_cut_offs
WHERE cut_off_id = {cutOffId:String}
