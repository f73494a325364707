-- A batch that was recorded survives a power cut: its files are old and done with after that. Costs
-- some milliseconds an insert (docs/decisions/0142).
ALTER TABLE usage_ledger MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;

ALTER TABLE source_files MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1;

-- check: both tables sync
SELECT count() = 2 AS ok FROM system.tables
WHERE database = currentDatabase() AND name IN ('usage_ledger', 'source_files')
    AND create_table_query LIKE '%fsync_after_insert = 1%';
