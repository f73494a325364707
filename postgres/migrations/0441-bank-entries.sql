-- What bank statements told: each movement once, under a key that it has in every copy of its statement. A payment
-- names the entry that it came with; an entry without payment, that nobody set aside, waits for a person.
-- check: (SELECT count(*) FROM bank_entries) = 0

CREATE TABLE bank_entries (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_key text NOT NULL UNIQUE,
  iban text NOT NULL,
  statement_id text NOT NULL,
  booked_day integer NOT NULL,
  amount_micros bigint NOT NULL CHECK (amount_micros > 0 AND amount_micros % 10000 = 0),
  currency text NOT NULL,
  -- Somebody paid, or a payment of before went back.
  direction text NOT NULL CHECK (direction IN ('in', 'back')),
  counterparty_name text NOT NULL,
  counterparty_iban text NOT NULL,
  structured_references text[] NOT NULL,
  remittance text NOT NULL,
  -- End-to-end, transaction and instruction ids: a return names what it returns by one of them.
  ids text[] NOT NULL,
  -- Why it was not settled when it was read; '' = it was.
  why_open text NOT NULL,
  noted_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL
);
CREATE INDEX bank_entries_by_ids ON bank_entries USING gin (ids);

-- Set aside by a person, or because it went back before anybody knew whose it was.
CREATE TABLE bank_entry_dismissals (
  entry_id bigint PRIMARY KEY REFERENCES bank_entries,
  reason text NOT NULL,
  noted_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL
);

CREATE TRIGGER bank_entries_never_change BEFORE UPDATE OR DELETE ON bank_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER bank_entry_dismissals_never_change BEFORE UPDATE OR DELETE ON bank_entry_dismissals
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();

ALTER TABLE payments ADD COLUMN bank_entry_id bigint UNIQUE REFERENCES bank_entries;

-- Digits and capitals alone: how a number is looked for in what people type.
CREATE FUNCTION plain_invoice_number(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT regexp_replace(upper(number), '[^A-Z0-9]', '', 'g') $$;
CREATE INDEX invoices_by_plain_number ON invoices (plain_invoice_number(number))
  WHERE kind = 'invoice' AND number IS NOT NULL;
-- What a Belgian structured reference keeps of a number (core/structured-reference.ts).
CREATE FUNCTION last_invoice_digits(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT right(lpad(digits, greatest(length(digits), 10), '0'), 10)
        FROM (SELECT regexp_replace(number, '\D', '', 'g') AS digits) AS plain $$;
CREATE INDEX invoices_by_last_digits ON invoices (last_invoice_digits(number))
  WHERE kind = 'invoice' AND number IS NOT NULL;
