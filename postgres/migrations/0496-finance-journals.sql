-- Journals that were exported to the bookkeeping of a seller: each document once, in a file that is kept as it was
-- written, so that it can be written again the same to the byte.
-- check: (SELECT count(*) FROM finance_journals) = 0

CREATE TABLE finance_journals (
  journal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id text NOT NULL REFERENCES partners,
  -- 1, 2, 3, … of a seller.
  batch_number integer NOT NULL CHECK (batch_number > 0),
  target text NOT NULL,
  -- Days of issue that were asked for, both included.
  from_day integer NOT NULL,
  until_day integer NOT NULL CHECK (until_day >= from_day),
  content text NOT NULL,
  content_sha256 text NOT NULL,
  exported_ms bigint NOT NULL,
  by_whom text NOT NULL,
  door text NOT NULL,
  UNIQUE (partner_id, batch_number)
);

CREATE TABLE finance_journal_documents (
  invoice_id bigint PRIMARY KEY REFERENCES invoices,
  journal_id bigint NOT NULL REFERENCES finance_journals
);
CREATE INDEX finance_journal_documents_by_journal ON finance_journal_documents (journal_id);

CREATE TRIGGER finance_journals_never_change BEFORE UPDATE OR DELETE ON finance_journals
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finance();
CREATE TRIGGER finance_journal_documents_never_change BEFORE UPDATE OR DELETE ON finance_journal_documents
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finance();
