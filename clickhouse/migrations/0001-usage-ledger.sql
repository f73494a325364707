-- The ledger: one row for each record that came in, and for each correction. Append only.
-- Partitioned by the month of recording, so that one batch is one part: there or not there.
CREATE TABLE IF NOT EXISTS usage_ledger
(
    log_source LowCardinality(String),
    log_partition UInt32,
    log_offset Int64,
    -- Which insert wrote the row: read back to see who holds an offset.
    batch_id Int64,
    recorded_at DateTime64(3, 'UTC'),
    catalogue_hash LowCardinality(String),
    entry_kind Enum8('usage' = 1, 'reversal' = 2, 'correction' = 3, 'adjustment' = 4),
    -- How many usages the row stands for in sums: 1, -1 for a reversal, 0 for an adjustment.
    entries Int8,
    corrects String,
    outcome Enum8('rated' = 1, 'duplicate' = 2, 'rejected' = 3, 'unbillable' = 4),
    reason LowCardinality(String),
    detail String,
    raw String,
    usage_id String,
    content_hash Int64,
    origin LowCardinality(String),
    origin_record Int64,
    partner_id LowCardinality(String),
    account_id LowCardinality(String),
    subscription_id String,
    product Enum8('none' = 0, 'voip' = 1, 'mobile' = 2),
    kind Enum8('none' = 0, 'voice' = 1, 'sms' = 2, 'mms' = 3, 'data' = 4, 'event' = 5),
    direction Enum8('none' = 0, 'out' = 1, 'in' = 2, 'forwarded' = 3),
    call_type LowCardinality(String),
    destination LowCardinality(String),
    sender String,
    receiver String,
    served_number String,
    visited_network LowCardinality(String),
    started_at DateTime64(3, 'UTC'),
    -- First local day of the billing period; 1970-01-01 where there is none.
    period_start Date,
    -- Quantities and charges are signed: a reversal carries all of them negated.
    duration_seconds Int64,
    volume_bytes Int64,
    quantity Int64,
    out_of_bundle_quantity Int64,
    billed_quantity Int64,
    charge Decimal(18, 6),
    information_charge Decimal(18, 6),
    rate_id LowCardinality(String),
    take_keys Array(String),
    take_quantities Array(Int64),
    crossings Array(String),
    session_key String,
    part_number Int32,
    late UInt8,

    -- Where a log stands, without reading rows: recovery, and the condition of every insert.
    PROJECTION by_position
    (
        SELECT log_source, log_partition, max(log_offset), count()
        GROUP BY log_source, log_partition
    ),
    -- What an account used in a period: balances after a restart, and totals on screen.
    PROJECTION by_account
    (
        SELECT
            account_id, period_start, outcome, partner_id, subscription_id, product, call_type, rate_id,
            sum(charge), sum(information_charge), sum(quantity), sum(out_of_bundle_quantity),
            sum(duration_seconds), sum(volume_bytes), sum(entries)
        GROUP BY
            account_id, period_start, outcome, partner_id, subscription_id, product, call_type, rate_id
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(recorded_at)
ORDER BY (account_id, period_start, started_at, log_source, log_partition, log_offset)
SETTINGS non_replicated_deduplication_window = 10000;

-- check: the table has its two projections
SELECT count() = 2 AS ok FROM system.projections
WHERE database = currentDatabase() AND table = 'usage_ledger';
