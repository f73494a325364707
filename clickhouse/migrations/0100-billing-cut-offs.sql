-- Copies of the cut-offs of bill runs, beside the rows that they bound. The operations store has the
-- original; the id is the SHA-256 of the positions, so writing a cut-off again adds nothing new.
CREATE TABLE IF NOT EXISTS billing_cut_offs
(
    cut_off_id String,
    log_source LowCardinality(String),
    log_partition UInt32,
    -- First offset that is not billed: 0 = nothing, so an absent row means the same.
    next_offset Int64
)
ENGINE = MergeTree
ORDER BY (cut_off_id, log_source, log_partition);

-- check: the table is there
SELECT count() = 1 AS ok FROM system.tables
WHERE database = currentDatabase() AND name = 'billing_cut_offs';
