-- Where a number series begins, and what stands before its numbers: the partner's data for series that have not
-- begun. A series that has begun keeps its first number and its prefix until the year is over.
-- check: (SELECT count(*) FROM invoice_number_series WHERE first_number <> 1) = 0

ALTER TABLE partners ADD COLUMN number_series jsonb NOT NULL DEFAULT '{}';

ALTER TABLE invoice_number_series
  ADD COLUMN first_number bigint NOT NULL DEFAULT 1 CHECK (first_number > 0),
  ADD COLUMN prefix text NOT NULL DEFAULT '' CHECK (prefix ~ '^[A-Z0-9-]{0,8}$'),
  ADD CHECK (last_number >= first_number);
UPDATE invoice_number_series SET prefix = 'C' WHERE series = 'credit-note';

ALTER TABLE invoices
  DROP CONSTRAINT invoices_number_check,
  ADD CONSTRAINT invoices_number_check CHECK (number ~ '^[A-Z0-9-]{0,8}\d{4}-\d{8}$');
