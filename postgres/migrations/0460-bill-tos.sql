-- Bill-to's: sites of an account with invoices of their own. What is NULL is as the account has it. A subscription
-- is of one at a time, from a date; without one it is on the account's own invoice.
-- check: (SELECT count(*) FROM subscription_bill_tos) = 0

CREATE TABLE bill_tos (
  bill_to_id text PRIMARY KEY CHECK (bill_to_id ~ '^[^|[:space:]]+$'),
  account_id text NOT NULL REFERENCES accounts,
  street text NOT NULL,
  postcode text NOT NULL,
  city text NOT NULL,
  country text NOT NULL,
  legal_name text,
  vat_id text,
  registration_number text,
  language text CHECK (language IN ('nl', 'fr', 'de', 'en')),
  purchase_order text,
  customer_text text,
  cdr_file text CHECK (cdr_file IN ('always', 'if-small', 'never')),
  paper jsonb,
  electronic_address jsonb,
  -- Users of the account who get its invoices; none = those who get the account's.
  reader_ids text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX bill_tos_by_account ON bill_tos (account_id);

CREATE TABLE subscription_bill_tos (
  subscription_id text NOT NULL REFERENCES subscriptions,
  bill_to_id text NOT NULL REFERENCES bill_tos,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (subscription_id, from_ms)
);

ALTER TABLE one_off_charges ADD COLUMN bill_to_id text NOT NULL DEFAULT '';

CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON bill_tos
  FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON subscription_bill_tos
  FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change();
