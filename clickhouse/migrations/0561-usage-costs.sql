-- What usage cost us, found out after it was rated: `tik cost`. The last one of an entry goes before what its row
-- says. Append only; made anew by running the command again, so a rebuilt ledger needs nothing of it.
CREATE TABLE IF NOT EXISTS usage_costs
(
    log_source LowCardinality(String),
    log_partition UInt32,
    log_offset Int64,
    started_at DateTime64(3, 'UTC'),
    account_id LowCardinality(String),
    supplier LowCardinality(String),
    -- Signed as the entry is: a reversal takes the cost away.
    cost Decimal(18, 6),
    cost_rate_id LowCardinality(String),
    catalogue_hash LowCardinality(String),
    computed_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (account_id, log_source, log_partition, log_offset, computed_at);

-- check: the table is there
SELECT count() = 1 AS ok FROM system.tables
WHERE database = currentDatabase() AND name = 'usage_costs';
