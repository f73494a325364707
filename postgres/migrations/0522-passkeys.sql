-- Passkeys (WebAuthn): a key on somebody's device instead of a password. Only its public half is here.
-- check: (SELECT count(*) FROM passkeys) = 0

CREATE TABLE passkeys (
  credential_id text PRIMARY KEY,
  person text NOT NULL,
  -- As its person calls it.
  name text NOT NULL,
  public_key bytea NOT NULL,
  -- Uses, as the device counts them; 0 where it does not.
  use_count bigint NOT NULL,
  created_ms bigint NOT NULL,
  used_ms bigint
);
CREATE INDEX passkeys_by_person ON passkeys (person);

-- What a device is asked to sign, once. For whom: '' at sign-in, where nobody is known yet.
CREATE TABLE passkey_challenges (
  challenge_hash text PRIMARY KEY,
  person text NOT NULL,
  expires_ms bigint NOT NULL
);
