-- A second factor beside the password: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.
-- check: (SELECT count(*) FROM second_factors) = 0

CREATE TABLE second_factors (
  person text PRIMARY KEY,
  -- Base32, as the app has it: codes are computed from it, so a hash of it would be of no use.
  secret text NOT NULL,
  -- NULL until its first code was given: before that it is not asked for.
  confirmed_ms bigint,
  -- Of the last code that was taken; a code is taken once.
  last_step bigint NOT NULL
);

CREATE TABLE recovery_codes (
  person text NOT NULL REFERENCES second_factors ON DELETE CASCADE,
  code_hash text NOT NULL,
  used_ms bigint,
  PRIMARY KEY (person, code_hash)
);

-- What an account, a partner (of its staff) or the operator (of its own) asks of its people.
CREATE TABLE sign_in_rules (
  reach_kind text NOT NULL CHECK (reach_kind IN ('account', 'partner', 'operator')),
  reach_id text NOT NULL,
  needs_second_factor boolean NOT NULL,
  PRIMARY KEY (reach_kind, reach_id)
);
