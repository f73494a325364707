-- Bill runs, invoices and what keeps them right: gapless numbers, one invoice for each account and
-- period, one bill for each one-off charge. Days count from 1970-01-01, money is micros (bigint).
-- check: (SELECT count(*) FROM invoices) = 0

-- How far each log partition was recorded when a run began. The id is the SHA-256 of the positions.
CREATE TABLE billing_cut_offs (
  cut_off_id text PRIMARY KEY,
  sources text[] NOT NULL,
  partitions bigint[] NOT NULL,
  last_offsets bigint[] NOT NULL,
  CHECK (cardinality(sources) = cardinality(partitions)),
  CHECK (cardinality(sources) = cardinality(last_offsets))
);

CREATE TABLE billing_runs (
  run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  period text NOT NULL CHECK (period ~ '^\d{4}-\d{2}$'),
  -- The accounts it was asked for; NULL = all.
  account_ids text[],
  cut_off_id text NOT NULL REFERENCES billing_cut_offs,
  started_ms bigint NOT NULL,
  finished_ms bigint
);
CREATE INDEX billing_runs_by_period ON billing_runs (period);

-- The last number that was taken. A row is locked until the invoice that took a number is there.
CREATE TABLE invoice_number_series (
  partner_id text NOT NULL REFERENCES partners,
  year integer NOT NULL,
  last_number bigint NOT NULL CHECK (last_number > 0),
  PRIMARY KEY (partner_id, year)
);

CREATE TABLE invoices (
  invoice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('invoice')),
  partner_id text NOT NULL REFERENCES partners,
  account_id text NOT NULL REFERENCES accounts,
  period text NOT NULL,
  period_start_day integer NOT NULL,
  period_end_day integer NOT NULL CHECK (period_end_day > period_start_day),
  -- NULL: a zero invoice that the account does not want; it closes its period all the same.
  number text CHECK (number ~ '^\d{4}-\d{8}$'),
  status text NOT NULL
    CHECK (status IN ('finalised', 'zero-suppressed', 'sent', 'paid', 'credited')),
  issue_day integer NOT NULL,
  due_day integer NOT NULL,
  net_micros bigint NOT NULL CHECK (net_micros % 10000 = 0),
  vat_micros bigint NOT NULL CHECK (vat_micros % 10000 = 0),
  gross_micros bigint NOT NULL CHECK (gross_micros = net_micros + vat_micros),
  run_id bigint NOT NULL REFERENCES billing_runs,
  -- Rows of its own period up to here …
  cut_off_id text NOT NULL REFERENCES billing_cut_offs,
  -- … and of these earlier periods, what came after the cut-off that billed them last.
  late_start_days integer[] NOT NULL,
  late_after_cut_off_id text REFERENCES billing_cut_offs,
  -- The whole invoice, as text so that it comes back to the byte, and its SHA-256.
  model text NOT NULL,
  model_sha256 text NOT NULL,
  finalised_ms bigint NOT NULL,
  sent_ms bigint,
  CHECK ((number IS NULL) = (status = 'zero-suppressed')),
  UNIQUE (partner_id, number)
);
CREATE UNIQUE INDEX invoices_by_period ON invoices (account_id, period_start_day)
  WHERE kind = 'invoice';
CREATE INDEX invoices_by_issue_day ON invoices (issue_day);

CREATE TABLE invoice_lines (
  invoice_id bigint NOT NULL REFERENCES invoices,
  line_number integer NOT NULL,
  section text NOT NULL,
  product text NOT NULL,
  subject text NOT NULL,
  description text NOT NULL,
  from_day integer NOT NULL,
  to_day integer NOT NULL,
  count bigint NOT NULL,
  quantity bigint NOT NULL,
  unit text NOT NULL,
  unit_price_micros bigint,
  percent_hundredths integer NOT NULL,
  exact_micros bigint NOT NULL,
  amount_micros bigint NOT NULL CHECK (amount_micros % 10000 = 0),
  tax_category text NOT NULL,
  PRIMARY KEY (invoice_id, line_number)
);

-- What was charged for which days: the next invoice settles the difference with the agreement.
CREATE TABLE invoice_recurring_items (
  invoice_id bigint NOT NULL REFERENCES invoices,
  item_number integer NOT NULL,
  account_id text NOT NULL,
  subscription_id text NOT NULL,
  subject text NOT NULL,
  subject_id text NOT NULL,
  period_start_day integer NOT NULL,
  period_end_day integer NOT NULL,
  from_day integer NOT NULL,
  to_day integer NOT NULL CHECK (to_day > from_day),
  fee_micros bigint NOT NULL,
  sign integer NOT NULL CHECK (sign IN (1, -1)),
  PRIMARY KEY (invoice_id, item_number)
);
CREATE INDEX invoice_recurring_items_by_account
  ON invoice_recurring_items (account_id, period_start_day);

CREATE TABLE invoice_one_off_charges (
  charge_id text PRIMARY KEY REFERENCES one_off_charges,
  invoice_id bigint NOT NULL REFERENCES invoices
);

-- Written after the file is in its place. Paths are relative to the folder of the documents.
CREATE TABLE invoice_documents (
  invoice_id bigint NOT NULL REFERENCES invoices,
  kind text NOT NULL CHECK (kind IN ('pdf', 'cdrs')),
  path text NOT NULL,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  PRIMARY KEY (invoice_id, kind)
);

-- A finalised invoice never changes: only its way to the customer is noted on it.
CREATE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'invoices' THEN
    OLD.status := NEW.status;
    OLD.sent_ms := NEW.sent_ms;
    IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'a finalised invoice never changes (%)', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER invoices_never_change BEFORE UPDATE OR DELETE ON invoices
  FOR EACH ROW EXECUTE FUNCTION refuse_invoice_change();
CREATE TRIGGER invoice_lines_never_change BEFORE UPDATE OR DELETE ON invoice_lines
  FOR EACH ROW EXECUTE FUNCTION refuse_invoice_change();
CREATE TRIGGER invoice_recurring_items_never_change BEFORE UPDATE OR DELETE ON invoice_recurring_items
  FOR EACH ROW EXECUTE FUNCTION refuse_invoice_change();
CREATE TRIGGER invoice_documents_never_change BEFORE UPDATE OR DELETE ON invoice_documents
  FOR EACH ROW EXECUTE FUNCTION refuse_invoice_change();
