-- Figures of finance at the end of a day, as they were when the day was closed: what was rated and not invoiced,
-- what was invoiced in advance. They name the position in the ledger and the last document that they know of, and
-- never change; what comes later is a movement of the next day that is closed.
-- check: (SELECT count(*) FROM finance_snapshots) = 0

CREATE TABLE finance_snapshots (
  -- Days since 1970-01-01; the figures are those of its end.
  as_of_day integer PRIMARY KEY,
  cut_off_id text NOT NULL REFERENCES billing_cut_offs,
  -- Documents with a greater id came later; 0 = there was none.
  last_invoice_id bigint NOT NULL,
  -- The figures as text, so that they come back to the byte, and their SHA-256.
  figures text NOT NULL,
  figures_sha256 text NOT NULL,
  closed_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL
);

CREATE FUNCTION refuse_change_of_finance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what finance closed never changes (%)', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER finance_snapshots_never_change BEFORE UPDATE OR DELETE ON finance_snapshots
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finance();
