-- One usage id is found without reading all of them: support asks for one, and so do late records.
ALTER TABLE usage_ledger
    ADD INDEX IF NOT EXISTS usage_ids usage_id TYPE bloom_filter(0.01) GRANULARITY 1;

-- check: the index is there
SELECT count() = 1 AS ok FROM system.data_skipping_indices
WHERE database = currentDatabase() AND table = 'usage_ledger' AND name = 'usage_ids';
