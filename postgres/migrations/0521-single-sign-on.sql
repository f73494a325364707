-- Sign-in by an account's own identity provider (OpenID Connect).
-- check: (SELECT count(*) FROM identity_providers) = 0

CREATE TABLE identity_providers (
  account_id text PRIMARY KEY,
  issuer text NOT NULL,
  client_id text NOT NULL,
  -- Shown to the provider with each sign-in, so a hash of it would be of no use.
  client_secret text NOT NULL
);

-- Whom a provider means by a subject. It is noted when somebody comes in for the first time, by their address.
CREATE TABLE provider_subjects (
  account_id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  person text NOT NULL,
  PRIMARY KEY (account_id, issuer, subject)
);

-- Sign-ins that are under way at a provider. Each ends in the browser that began it, once.
CREATE TABLE provider_visits (
  visit_hash text PRIMARY KEY,
  account_id text NOT NULL,
  state text NOT NULL,
  nonce text NOT NULL,
  code_verifier text NOT NULL,
  expires_ms bigint NOT NULL
);
