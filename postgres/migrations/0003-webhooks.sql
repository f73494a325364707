-- Where an account wants its limit events posted, signed with the secret.
-- check: (SELECT count(*) FROM account_webhooks) = 0

CREATE TABLE account_webhooks (
  account_id text PRIMARY KEY REFERENCES accounts,
  url text NOT NULL,
  secret text NOT NULL
);
