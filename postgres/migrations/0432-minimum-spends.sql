-- What an account agreed to pay at least for each period, with dates.
-- check: (SELECT count(*) FROM account_minimum_spends WHERE amount_micros <= 0) = 0

CREATE TABLE account_minimum_spends (
  account_id text NOT NULL REFERENCES accounts,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  counts text NOT NULL CHECK (counts IN ('usage', 'usage-and-recurring')),
  amount_micros bigint NOT NULL CHECK (amount_micros > 0),
  tax_category text NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, from_ms)
);
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON account_minimum_spends
  FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change();
