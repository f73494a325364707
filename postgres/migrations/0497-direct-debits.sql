-- SEPA direct debits: what a seller needs for them, the mandates of its customers, and what was collected. An invoice
-- is collected once, unless the collection went back. The file of a batch is kept as it was written.
-- check: (SELECT count(*) FROM debit_collections) = 0

-- Data of the accounts document; NULL = none.
ALTER TABLE partners ADD COLUMN direct_debit jsonb;
ALTER TABLE accounts ADD COLUMN mandate jsonb;

CREATE TABLE debit_batches (
  batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id text NOT NULL REFERENCES partners,
  -- 1, 2, 3, … of a seller.
  batch_number integer NOT NULL CHECK (batch_number > 0),
  message_id text NOT NULL UNIQUE,
  collection_day integer NOT NULL,
  total_micros bigint NOT NULL CHECK (total_micros > 0 AND total_micros % 10000 = 0),
  content text NOT NULL,
  content_sha256 text NOT NULL,
  written_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL,
  UNIQUE (partner_id, batch_number)
);

CREATE TABLE debit_collections (
  end_to_end_id text PRIMARY KEY,
  batch_id bigint NOT NULL REFERENCES debit_batches,
  -- What the bank calls the part of the batch that it is in.
  payment_info_id text NOT NULL,
  invoice_id bigint NOT NULL REFERENCES invoices,
  amount_micros bigint NOT NULL CHECK (amount_micros > 0 AND amount_micros % 10000 = 0),
  mandate_id text NOT NULL,
  iban text NOT NULL,
  sequence text NOT NULL CHECK (sequence IN ('FRST', 'RCUR', 'OOFF'))
);
CREATE INDEX debit_collections_by_invoice ON debit_collections (invoice_id);
CREATE INDEX debit_collections_by_mandate ON debit_collections (mandate_id);
CREATE INDEX debit_collections_by_info ON debit_collections (payment_info_id);

-- A collection went back, or the bank refused it: its invoice can be collected again.
CREATE TABLE debit_returns (
  end_to_end_id text PRIMARY KEY REFERENCES debit_collections,
  -- Such as AM04 (insufficient funds) or MD06 (refund asked by the payer); '' where the bank does not say.
  reason_code text NOT NULL,
  on_day integer NOT NULL,
  bank_entry_id bigint REFERENCES bank_entries,
  noted_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL
);

CREATE TRIGGER debit_batches_never_change BEFORE UPDATE OR DELETE ON debit_batches
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finance();
CREATE TRIGGER debit_collections_never_change BEFORE UPDATE OR DELETE ON debit_collections
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finance();
CREATE TRIGGER debit_returns_never_change BEFORE UPDATE OR DELETE ON debit_returns
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finance();
