-- The embedded log: each source file is a log partition with the file's number. Append only: a file
-- is registered, and later finished with the count of its records.
CREATE TABLE IF NOT EXISTS source_files
(
    file_number UInt32,
    event Enum8('registered' = 1, 'finished' = 2),
    content_hash String,
    name String,
    source_id String,
    format LowCardinality(String),
    size_bytes Int64,
    records_count Int64,
    recorded_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (file_number, event)
SETTINGS non_replicated_deduplication_window = 10000;

-- check: the table is there
SELECT count() = 1 AS ok FROM system.tables
WHERE database = currentDatabase() AND name = 'source_files';
