-- Whether the lines of an account's invoices are by cost centre. Off, as it was.
-- check: (SELECT count(*) FROM accounts WHERE cost_centre_lines) = 0

ALTER TABLE accounts ADD COLUMN cost_centre_lines boolean NOT NULL DEFAULT false;
