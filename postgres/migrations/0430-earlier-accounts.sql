-- A subscription moves to another account from a moment on; whose it was before is kept, so that both
-- accounts stay right. The row of the subscription has the account that holds it last.
-- check: (SELECT count(*) FROM subscription_earlier_accounts WHERE to_ms <= 0) = 0

CREATE TABLE subscription_earlier_accounts (
  subscription_id text NOT NULL REFERENCES subscriptions,
  -- The first moment at which it was no longer this account's.
  to_ms bigint NOT NULL,
  account_id text NOT NULL REFERENCES accounts,
  PRIMARY KEY (subscription_id, to_ms)
);
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON subscription_earlier_accounts
  FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change();
