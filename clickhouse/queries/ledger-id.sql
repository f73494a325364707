-- What tells this ledger from every other, however its server is addressed: the table's own id.
SELECT toString(uuid) AS ledgerId
FROM system.tables
WHERE database = currentDatabase() AND name = 'usage_ledger'
