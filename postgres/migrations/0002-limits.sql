-- Limits as somebody set them, with validity: a change closes the old value and adds a new one.
-- check: (SELECT count(*) FROM limit_settings) = 0

CREATE TABLE limit_settings (
  code text NOT NULL,
  set_by text NOT NULL CHECK (set_by IN ('partner', 'customer')),
  scope_id text NOT NULL,
  subject text NOT NULL DEFAULT '',
  amount bigint NOT NULL CHECK (amount >= 0),
  action text NOT NULL CHECK (action IN ('notify', 'block')),
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (code, set_by, scope_id, subject, from_ms)
);
CREATE UNIQUE INDEX limit_settings_open
  ON limit_settings (code, set_by, scope_id, subject) WHERE to_ms IS NULL;

-- Every change, for ever: who, when, from, to. NULL = no own value.
CREATE TABLE limit_changes (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  changed_by text NOT NULL,
  at_ms bigint NOT NULL,
  code text NOT NULL,
  set_by text NOT NULL,
  scope_id text NOT NULL,
  subject text NOT NULL,
  from_amount bigint,
  from_action text,
  to_amount bigint,
  to_action text
);
CREATE INDEX limit_changes_by_scope ON limit_changes (scope_id, at_ms);
