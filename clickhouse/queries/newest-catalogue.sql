-- The catalogue that the newest rows of files were rated with.
SELECT argMax(catalogue_hash, (recorded_at, log_partition, log_offset)) AS catalogueHash
FROM usage_ledger
WHERE log_source = 'files'
