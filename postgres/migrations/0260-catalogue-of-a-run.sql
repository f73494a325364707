-- The catalogue that a bill run settles and invoices by, as the ledger rows name it. The periods that
-- the run closes stay with it: a price that changes later does not change a closed month. NULL: a run
-- of a build that did not keep it; the last row up to its cut-off tells (frozen-catalogues.ts).
-- check: (SELECT count(*) FROM billing_runs WHERE catalogue_key IS NOT NULL) = 0

ALTER TABLE billing_runs ADD COLUMN catalogue_key text;
