-- What a file says about its place among the files of its sender: missing ones can then be named.
ALTER TABLE source_files
    ADD COLUMN IF NOT EXISTS stream String DEFAULT '',
    ADD COLUMN IF NOT EXISTS sequence Int64 DEFAULT -1,
    ADD COLUMN IF NOT EXISTS sequence_max Int64 DEFAULT -1;

-- check: the columns are there
SELECT count() = 3 AS ok FROM system.columns
WHERE database = currentDatabase() AND table = 'source_files'
    AND name IN ('stream', 'sequence', 'sequence_max');
