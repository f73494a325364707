-- What the supplier charges for a usage, as its record says: '3.10 USD'. Rows of before have none.
ALTER TABLE usage_ledger ADD COLUMN IF NOT EXISTS record_amount String AFTER part_number;

-- check: the column is there
SELECT count() = 1 AS ok FROM system.columns
WHERE database = currentDatabase() AND table = 'usage_ledger' AND name = 'record_amount';
