-- Reports on years of usage (decision 0485). What was summed by account is gone: in sparse usage it held
-- nearly as many rows as the table, and reading the rows is faster. Instead sums of all customers by period
-- and call type, which are few; and for each granule the periods and starts in it, so that the months that
-- nobody asks for are not read, and the numbers in it, so that one number is found among all.
ALTER TABLE usage_ledger DROP PROJECTION IF EXISTS by_account;

ALTER TABLE usage_ledger
    ADD PROJECTION IF NOT EXISTS by_period
    (
        SELECT
            period_start, partner_id, outcome, product, call_type, rate_id,
            sum(entries), sum(duration_seconds), sum(volume_bytes), sum(quantity), sum(out_of_bundle_quantity),
            sum(charge), sum(information_charge)
        GROUP BY period_start, partner_id, outcome, product, call_type, rate_id
    ),
    ADD INDEX IF NOT EXISTS periods period_start TYPE minmax GRANULARITY 1,
    ADD INDEX IF NOT EXISTS starts started_at TYPE minmax GRANULARITY 1,
    ADD INDEX IF NOT EXISTS senders sender TYPE bloom_filter(0.01) GRANULARITY 1,
    ADD INDEX IF NOT EXISTS receivers receiver TYPE bloom_filter(0.01) GRANULARITY 1;

-- Rows of before get them in the background; until then they are read as they always were.
ALTER TABLE usage_ledger
    MATERIALIZE PROJECTION by_period,
    MATERIALIZE INDEX periods,
    MATERIALIZE INDEX starts,
    MATERIALIZE INDEX senders,
    MATERIALIZE INDEX receivers
    SETTINGS mutations_sync = 0;

-- check: the projection and the indices are there
SELECT
    (
        SELECT count() = 1 FROM system.projections
        WHERE database = currentDatabase() AND table = 'usage_ledger' AND name = 'by_period'
    )
    AND
    (
        SELECT count() = 4 FROM system.data_skipping_indices
        WHERE database = currentDatabase() AND table = 'usage_ledger'
            AND name IN ('periods', 'starts', 'senders', 'receivers')
    ) AS ok;
