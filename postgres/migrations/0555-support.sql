-- Support that acts for a customer, and what customers and support said to each other.
-- check: (SELECT count(*) FROM contacts) = 0

-- At most one account at a time for a session; it runs out by the clock.
CREATE TABLE acting_sessions (
  session_id text PRIMARY KEY REFERENCES sessions (session_id) ON DELETE CASCADE,
  account_id text NOT NULL REFERENCES accounts,
  -- How the caller was known to be who they said they were.
  verified_by text NOT NULL CHECK (verified_by IN ('call-back', 'mailed-code', 'invoice', 'in-person', 'colleague')),
  remark text NOT NULL,
  since_ms bigint NOT NULL
);

CREATE TABLE contacts (
  contact_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text NOT NULL REFERENCES accounts,
  -- '': about no line in particular.
  subscription_id text NOT NULL,
  at_ms bigint NOT NULL,
  channel text NOT NULL CHECK (channel IN ('phone', 'mail', 'chat', 'visit')),
  text text NOT NULL,
  noted_by text NOT NULL
);
CREATE INDEX contacts_by_account ON contacts (account_id, at_ms);
