-- What the supplier charges for a usage as its record says ('3.10 USD'), who he is, and what it costs us by his
-- own prices. Rows of before have none of it. Nothing of this may reach a customer.
ALTER TABLE usage_ledger
    ADD COLUMN IF NOT EXISTS record_amount String AFTER part_number,
    ADD COLUMN IF NOT EXISTS supplier LowCardinality(String) AFTER record_amount,
    ADD COLUMN IF NOT EXISTS cost Decimal(18, 6) AFTER rate_id,
    ADD COLUMN IF NOT EXISTS cost_rate_id LowCardinality(String) AFTER cost;

-- check: the columns are there
SELECT count() = 4 AS ok FROM system.columns
WHERE database = currentDatabase() AND table = 'usage_ledger'
    AND name IN ('record_amount', 'supplier', 'cost', 'cost_rate_id');
