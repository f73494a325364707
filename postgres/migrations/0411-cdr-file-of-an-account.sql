-- Whether the mail that brings an invoice carries its CDR file: always, when it is small, or never.
-- check: (SELECT count(*) FROM accounts WHERE cdr_file <> 'if-small') = 0

ALTER TABLE accounts ADD COLUMN cdr_file text NOT NULL DEFAULT 'if-small'
  CHECK (cdr_file IN ('always', 'if-small', 'never'));
