-- Rows that a person gave up when the ledger was rebuilt: they were recorded once and nobody can tell
-- any more what they were. What is accepted here is not missed at every start. Append only.
CREATE TABLE IF NOT EXISTS accepted_losses
(
    log_source LowCardinality(String),
    log_partition UInt32,
    first_offset Int64,
    -- First offset after the lost ones.
    next_offset Int64,
    accepted_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (log_source, log_partition, first_offset);

-- check: the table is there
SELECT count() = 1 AS ok FROM system.tables
WHERE database = currentDatabase() AND name = 'accepted_losses';
