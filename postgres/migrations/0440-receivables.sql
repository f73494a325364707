-- What becomes of a finalised invoice: its states, payments, and which of its mails left. The document itself
-- never changes (0100); all of this stands beside it and is appended to. What is paid, open or overdue follows
-- from these rows, the credit notes, the due day and the clock: src/invoicing/receivables/invoice-standing.ts.
-- check: (SELECT count(*) FROM invoice_states WHERE state IN ('finalised', 'zero-suppressed')) = (SELECT count(*) FROM invoices)

CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was noted about an invoice never changes (%)', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TABLE invoice_states (
  state_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice_id bigint NOT NULL REFERENCES invoices,
  state text NOT NULL CHECK (state IN ('finalised', 'zero-suppressed', 'sent', 'part-paid', 'paid',
    'reopened', 'released', 'credited', 'disputed', 'dispute-resolved')),
  at_ms bigint NOT NULL,
  by_whom text NOT NULL,
  -- The command, page or service through which it was done.
  door text NOT NULL,
  -- Of a payment, a credit or a dispute.
  amount_micros bigint CHECK (amount_micros % 10000 = 0),
  note text NOT NULL DEFAULT ''
);
CREATE INDEX invoice_states_by_invoice ON invoice_states (invoice_id, state_id);
CREATE UNIQUE INDEX invoice_states_once ON invoice_states (invoice_id, state)
  WHERE state IN ('finalised', 'zero-suppressed', 'sent');

-- The mails that carry an invoice: it is sent when the first of them left.
CREATE TABLE invoice_mails (
  mail_id text PRIMARY KEY REFERENCES mails ON DELETE CASCADE,
  invoice_id bigint NOT NULL REFERENCES invoices
);

CREATE FUNCTION note_invoice_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO invoice_states (invoice_id, state, at_ms, by_whom, door, note)
  SELECT invoice_id, 'sent', NEW.finished_ms, 'tik', 'mail', NEW.recipient_email
  FROM invoice_mails WHERE mail_id = NEW.mail_id
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE TRIGGER mail_of_invoice_left AFTER UPDATE OF state ON mails
  FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION note_invoice_sent();

-- Money that came in, or went back (below zero). Σ payments - Σ assignments is the balance of an account.
CREATE TABLE payments (
  payment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id text NOT NULL REFERENCES partners,
  account_id text NOT NULL REFERENCES accounts,
  amount_micros bigint NOT NULL CHECK (amount_micros <> 0 AND amount_micros % 10000 = 0),
  -- When it was booked, in days since 1970-01-01.
  on_day integer NOT NULL,
  -- Who notes it twice notes it once.
  reference text NOT NULL CHECK (reference <> ''),
  reverses_payment_id bigint UNIQUE REFERENCES payments,
  noted_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL,
  CHECK ((reverses_payment_id IS NULL) = (amount_micros > 0)),
  UNIQUE (partner_id, reference)
);
CREATE INDEX payments_by_account ON payments (account_id, payment_id);

CREATE TABLE payment_assignments (
  assignment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id bigint NOT NULL REFERENCES payments,
  invoice_id bigint NOT NULL REFERENCES invoices,
  -- Below zero: taken back.
  amount_micros bigint NOT NULL CHECK (amount_micros <> 0 AND amount_micros % 10000 = 0),
  noted_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL
);
CREATE INDEX payment_assignments_by_invoice ON payment_assignments (invoice_id);
CREATE INDEX payment_assignments_by_payment ON payment_assignments (payment_id);

CREATE TRIGGER invoice_states_never_change BEFORE UPDATE OR DELETE ON invoice_states
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER payments_never_change BEFORE UPDATE OR DELETE ON payments
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER payment_assignments_never_change BEFORE UPDATE OR DELETE ON payment_assignments
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();

-- Invoices of before: finalised when their row says so, sent when the first of their mails left. The id of such
-- a mail was made of seller, number and reader (documents/invoice-mails.ts).
INSERT INTO invoice_states (invoice_id, state, at_ms, by_whom, door)
SELECT invoice_id, CASE WHEN number IS NULL THEN 'zero-suppressed' ELSE 'finalised' END,
  finalised_ms, 'tik', 'tik bill run'
FROM invoices ORDER BY invoice_id;

INSERT INTO invoice_mails (mail_id, invoice_id)
SELECT mail_id, invoice_id
FROM mails JOIN invoices USING (account_id)
WHERE mails.kind = 'invoice' AND number IS NOT NULL
  AND mail_id = 'invoice-' || left(encode(sha256(convert_to(partner_id, 'UTF8') || '\x00'::bytea ||
    convert_to(number, 'UTF8') || '\x00'::bytea || convert_to(user_id, 'UTF8')), 'hex'), 24);

INSERT INTO invoice_states (invoice_id, state, at_ms, by_whom, door, note)
SELECT DISTINCT ON (invoice_id) invoice_id, 'sent', finished_ms, 'tik', 'mail', recipient_email
FROM invoice_mails JOIN mails USING (mail_id)
WHERE state = 'sent' ORDER BY invoice_id, finished_ms;
