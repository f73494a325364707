-- Sub-accounts on the invoice of their parent: whose periods an invoice closes beside those of its own account, and
-- what was late for them. A line of a sub-account names it.
-- check: (SELECT count(*) FROM accounts WHERE invoiced_on = 'parent') = 0

ALTER TABLE accounts ADD COLUMN invoiced_on text NOT NULL DEFAULT 'own'
  CHECK (invoiced_on IN ('own', 'parent'));

CREATE TABLE invoice_sub_accounts (
  invoice_id bigint NOT NULL REFERENCES invoices,
  account_id text NOT NULL REFERENCES accounts,
  late_start_days integer[] NOT NULL,
  late_after_cut_off_id text,
  PRIMARY KEY (invoice_id, account_id)
);
CREATE INDEX invoice_sub_accounts_by_account ON invoice_sub_accounts (account_id);
CREATE TRIGGER invoice_sub_accounts_never_change BEFORE UPDATE OR DELETE ON invoice_sub_accounts
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history();

-- NULL = of the account of the invoice.
ALTER TABLE invoice_lines ADD COLUMN sub_account_id text;

-- Every account that an invoice bills.
CREATE VIEW billed_accounts AS
  SELECT account_id, invoice_id FROM invoices
  UNION ALL
  SELECT account_id, invoice_id FROM invoice_sub_accounts;
