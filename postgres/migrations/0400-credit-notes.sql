-- Credit notes beside invoices, and what a billed period is known by from now on: account, bill-to, period and
-- revision. A credit note of an invoice names it and closes no period; one of a period whose total is negative
-- closes it like an invoice. A reissued invoice is the next revision of its period.
-- check: (SELECT count(*) FROM invoices WHERE revision > 0 OR bill_to_id <> '' OR corrects_invoice_id IS NOT NULL) = 0

ALTER TABLE invoices
  ADD COLUMN bill_to_id text NOT NULL DEFAULT '',
  ADD COLUMN revision integer NOT NULL DEFAULT 0 CHECK (revision >= 0),
  ADD COLUMN corrects_invoice_id bigint REFERENCES invoices,
  DROP CONSTRAINT invoices_kind_check,
  ADD CONSTRAINT invoices_kind_check CHECK (kind IN ('invoice', 'credit-note')),
  DROP CONSTRAINT invoices_number_check,
  ADD CONSTRAINT invoices_number_check CHECK (number ~ '^C?\d{4}-\d{8}$'),
  ADD CHECK (corrects_invoice_id IS NULL OR kind = 'credit-note');

DROP INDEX invoices_by_period;
CREATE UNIQUE INDEX invoices_by_period ON invoices (account_id, bill_to_id, period_start_day, revision)
  WHERE corrects_invoice_id IS NULL;
CREATE INDEX invoices_by_corrected ON invoices (corrects_invoice_id)
  WHERE corrects_invoice_id IS NOT NULL;

-- '' = the series of the seller, which credit notes share unless the partner has one of their own.
ALTER TABLE invoice_number_series
  ADD COLUMN series text NOT NULL DEFAULT '' CHECK (series IN ('', 'credit-note')),
  DROP CONSTRAINT invoice_number_series_pkey,
  ADD PRIMARY KEY (partner_id, series, year);
ALTER TABLE partners
  ADD COLUMN credit_note_numbers text NOT NULL DEFAULT 'shared'
    CHECK (credit_note_numbers IN ('shared', 'own'));

-- A charge is billed once, and once more by each revision of the period that billed it.
ALTER TABLE invoice_one_off_charges
  ADD COLUMN revision integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT invoice_one_off_charges_pkey,
  ADD PRIMARY KEY (charge_id, revision);
