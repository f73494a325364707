-- How people and programs get in, and what each of them did. Secrets are kept as hashes only. A person
-- is a user of an account or one of the provider's staff: `person` is 'user:ID' or 'staff:ID'.
-- check: (SELECT count(*) FROM audit_log) = 0

CREATE TABLE staff (
  staff_id text PRIMARY KEY CHECK (staff_id ~ '^[^|:\s]+$'),
  -- NULL: of the operator of the installation.
  partner_id text REFERENCES partners,
  name text NOT NULL,
  email text NOT NULL,
  language text NOT NULL CHECK (language IN ('nl', 'fr', 'de', 'en'))
);

-- What a person may do: names of roles and single rights. Without a row a user has the role `user`.
CREATE TABLE person_access (
  person text PRIMARY KEY,
  roles text[] NOT NULL,
  blocked_ms bigint
);

CREATE TABLE passwords (
  person text PRIMARY KEY,
  -- PHC text of argon2id, with its parameters.
  hash text NOT NULL,
  changed_ms bigint NOT NULL
);

-- Single use: an invitation, a forgotten password, or a way in that was printed at a terminal.
CREATE TABLE access_links (
  link_hash text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('invite', 'reset', 'sign-in')),
  person text NOT NULL,
  created_ms bigint NOT NULL,
  expires_ms bigint NOT NULL,
  used_ms bigint
);

CREATE TABLE sessions (
  session_hash text PRIMARY KEY,
  -- What a person names it by, to end it.
  session_id text NOT NULL UNIQUE,
  person text NOT NULL,
  created_ms bigint NOT NULL,
  seen_ms bigint NOT NULL,
  expires_ms bigint NOT NULL,
  address text NOT NULL,
  agent text NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person);

CREATE TABLE api_clients (
  client_id text PRIMARY KEY,
  name text NOT NULL,
  reach_kind text NOT NULL CHECK (reach_kind IN ('operator', 'partner', 'account')),
  reach_id text NOT NULL,
  rights text[] NOT NULL,
  secret_hash text NOT NULL,
  created_ms bigint NOT NULL,
  created_by text NOT NULL,
  expires_ms bigint,
  revoked_ms bigint,
  used_ms bigint
);
CREATE INDEX api_clients_by_reach ON api_clients (reach_kind, reach_id);

CREATE TABLE access_tokens (
  token_hash text PRIMARY KEY,
  client_id text NOT NULL REFERENCES api_clients,
  expires_ms bigint NOT NULL
);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_ms);

-- Answers of writes that a client may send again. The write and this row are one transaction.
CREATE TABLE idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status integer NOT NULL,
  answer text NOT NULL,
  created_ms bigint NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_ms);

CREATE TABLE audit_log (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms bigint NOT NULL,
  -- 'user:ID', 'staff:ID', 'client:ID', or the command at a terminal.
  actor text NOT NULL,
  door text NOT NULL CHECK (door IN ('cli', 'api', 'portal')),
  act text NOT NULL,
  subject text NOT NULL,
  -- Whose data it was; '' where it was nobody's alone.
  account_id text NOT NULL,
  partner_id text NOT NULL,
  before jsonb,
  after jsonb,
  address text NOT NULL,
  request_id text NOT NULL
);
CREATE INDEX audit_log_by_account ON audit_log (account_id, entry_id);
CREATE INDEX audit_log_by_partner ON audit_log (partner_id, entry_id);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
