-- What tells this ledger from every other, however its server is addressed.
SELECT toString(min(installation_id)) AS ledgerId
FROM installation
