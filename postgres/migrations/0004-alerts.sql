-- Crossed limits and what went out because of them. A crossing is noted once, under its unique key,
-- in the transaction that moves the position in the ledger's log; everything after it is derived.
-- check: (SELECT count(*) FROM alert_crossings) = 0

-- How far each partition of the ledger's log was read.
CREATE TABLE alert_positions (
  log_source text NOT NULL,
  log_partition bigint NOT NULL,
  next_offset bigint NOT NULL,
  -- Time of recording of the last row that was read; only makes the next read cheaper.
  recorded_ms bigint NOT NULL,
  PRIMARY KEY (log_source, log_partition)
);

CREATE TABLE alert_crossings (
  crossing_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text NOT NULL,
  period_start_day integer NOT NULL,
  code text NOT NULL,
  scope_id text NOT NULL,
  subject text NOT NULL,
  level text NOT NULL,
  used bigint NOT NULL,
  amount bigint NOT NULL,
  product text NOT NULL,
  -- The subscription whose usage crossed it; '' when a change of the limit did.
  subscription_id text NOT NULL,
  happened_ms bigint NOT NULL,
  recorded_ms bigint NOT NULL,
  noted_ms bigint NOT NULL,
  -- `source/partition/offset` of the ledger entry, or `limit-change`.
  origin text NOT NULL,
  -- When the event was handed to the stream; NULL = not yet.
  published_ms bigint,
  UNIQUE (account_id, period_start_day, code, scope_id, subject, level)
);
CREATE INDEX alert_crossings_unpublished ON alert_crossings (crossing_id)
  WHERE published_ms IS NULL;

-- Every mail that leaves tik. The content is fixed when it is queued: a retry sends the same bytes.
CREATE TABLE mails (
  mail_id text PRIMARY KEY,
  message_id text NOT NULL UNIQUE,
  kind text NOT NULL,
  account_id text NOT NULL,
  user_id text NOT NULL,
  sender_name text NOT NULL,
  sender_email text NOT NULL,
  recipient_name text NOT NULL,
  recipient_email text NOT NULL,
  language text NOT NULL,
  subject text NOT NULL,
  text_body text NOT NULL,
  html_body text NOT NULL,
  -- [{fileName, contentType, content} | {fileName, contentType, path}]
  attachments jsonb NOT NULL DEFAULT '[]',
  created_ms bigint NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_ms bigint NOT NULL,
  finished_ms bigint,
  reason text NOT NULL DEFAULT ''
);
CREATE INDEX mails_due ON mails (next_attempt_ms) WHERE state = 'queued';
CREATE INDEX mails_finished ON mails (finished_ms) WHERE state = 'sent';
CREATE INDEX mails_by_user ON mails (user_id, kind, created_ms);

-- Who must hear of a crossing, and the mail that says it (NULL until it is composed).
CREATE TABLE alert_notices (
  crossing_id bigint NOT NULL REFERENCES alert_crossings,
  user_id text NOT NULL,
  mail_id text REFERENCES mails,
  PRIMARY KEY (crossing_id, user_id)
);
CREATE INDEX alert_notices_waiting ON alert_notices (user_id) WHERE mail_id IS NULL;

CREATE TABLE webhook_deliveries (
  crossing_id bigint NOT NULL REFERENCES alert_crossings,
  event_kind text NOT NULL,
  account_id text NOT NULL,
  event_id text NOT NULL,
  payload text NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_ms bigint NOT NULL,
  finished_ms bigint,
  reason text NOT NULL DEFAULT '',
  PRIMARY KEY (crossing_id, event_kind)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_ms)
  WHERE state = 'queued';

-- What tik asks the operator to do: it cannot block a SIM itself.
CREATE TABLE service_requests (
  request_id text PRIMARY KEY,
  crossing_id bigint NOT NULL REFERENCES alert_crossings,
  account_id text NOT NULL,
  subscription_id text NOT NULL,
  service text NOT NULL CHECK (service IN ('sim', 'data', 'roaming-data')),
  requested_ms bigint NOT NULL,
  published_ms bigint,
  UNIQUE (crossing_id, subscription_id)
);
