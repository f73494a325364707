-- Reminders of overdue invoices. The rules are the partner's data (core/reminder-rules.ts), off where there are no
-- steps; each step of an invoice is reminded of once.
-- check: (SELECT count(*) FROM partners WHERE jsonb_array_length(reminders -> 'steps') > 0) = 0

ALTER TABLE partners ADD COLUMN reminders jsonb NOT NULL DEFAULT '{"steps": [], "terms": []}';
ALTER TABLE accounts ADD COLUMN customer_kind text NOT NULL DEFAULT ''
  CHECK (customer_kind IN ('', 'consumer', 'micro-small', 'large', 'public', 'provider'));

CREATE TABLE invoice_reminders (
  invoice_id bigint NOT NULL REFERENCES invoices,
  step integer NOT NULL CHECK (step BETWEEN 1 AND 3),
  on_day integer NOT NULL,
  open_micros bigint NOT NULL CHECK (open_micros > 0),
  mails_count integer NOT NULL CHECK (mails_count > 0),
  noted_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL,
  PRIMARY KEY (invoice_id, step)
);
CREATE TRIGGER invoice_reminders_never_change BEFORE UPDATE OR DELETE ON invoice_reminders
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();

ALTER TABLE invoice_states DROP CONSTRAINT invoice_states_state_check;
ALTER TABLE invoice_states ADD CONSTRAINT invoice_states_state_check
  CHECK (state IN ('finalised', 'zero-suppressed', 'sent', 'part-paid', 'paid', 'reopened', 'released',
    'credited', 'disputed', 'dispute-resolved', 'reminded'));
