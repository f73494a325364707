-- Data streams: endpoints of accounts and partners that get usage and events as they are rated. The
-- position in the ledger, what a stream was given and its batches move in one transaction.
-- check: (SELECT count(*) FROM data_streams) = 0

CREATE TABLE data_streams (
  stream_id text PRIMARY KEY,
  owner_kind text NOT NULL CHECK (owner_kind IN ('account', 'partner')),
  owner_id text NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  -- 'usage', 'limits', 'requests'
  events text[] NOT NULL,
  -- Whether the number of the other party is shown.
  sees_numbers boolean NOT NULL,
  -- 'batch': many events a request; 'single': one event a request, in the form of the alert webhooks.
  form text NOT NULL CHECK (form IN ('batch', 'single')),
  -- Said here, or in the accounts document.
  origin text NOT NULL CHECK (origin IN ('made', 'document')),
  secret text NOT NULL,
  -- Signs too until then, so that a recipient can change over.
  previous_secret text NOT NULL DEFAULT '',
  previous_until_ms bigint NOT NULL DEFAULT 0,
  -- 'dead': tik paused it, because nothing was taken for days.
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'dead')),
  state_ms bigint NOT NULL,
  state_reason text NOT NULL DEFAULT '',
  created_ms bigint NOT NULL,
  created_by text NOT NULL,
  -- The first read of the ledger (stream_reads) that it was not given whole, and the last entry of it
  -- that it was given.
  next_read bigint NOT NULL DEFAULT 0,
  read_place jsonb,
  -- A replay in hand, which goes before everything else: from when to when, and where it stands.
  replay jsonb,
  batch_count bigint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_ms bigint NOT NULL DEFAULT 0,
  -- Who delivers it now, and until when nobody else may.
  claim_id text NOT NULL DEFAULT '',
  claimed_until_ms bigint NOT NULL DEFAULT 0,
  taken_ms bigint NOT NULL DEFAULT 0
);
CREATE INDEX data_streams_by_owner ON data_streams (owner_kind, owner_id);

-- How far each partition of the ledger's log was read; the row '' says when that was last done.
CREATE TABLE stream_positions (
  log_source text NOT NULL,
  log_partition bigint NOT NULL,
  next_offset bigint NOT NULL,
  read_ms bigint NOT NULL,
  PRIMARY KEY (log_source, log_partition)
);

-- Parts of the log in the order in which they were read, with the accounts that have a stream and usage
-- in them. A stream goes through them; what it waits for takes no more room than this.
CREATE TABLE stream_reads (
  read_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  read_ms bigint NOT NULL,
  -- Nothing of it was recorded earlier.
  recorded_from_ms bigint NOT NULL,
  accounts text[] NOT NULL,
  -- [{partition: 'source/number', next, last}], last included
  ranges jsonb NOT NULL
);
CREATE INDEX stream_reads_by_account ON stream_reads USING gin (accounts);

-- Events other than usage that are in no batch yet.
CREATE TABLE stream_events (
  event_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream_id text NOT NULL REFERENCES data_streams ON DELETE CASCADE,
  event_id text NOT NULL,
  event_type text NOT NULL,
  payload text NOT NULL,
  queued_ms bigint NOT NULL
);
CREATE INDEX stream_events_by_stream ON stream_events (stream_id, event_no);

-- What is to be posted, byte for byte, until it was taken.
CREATE TABLE stream_batches (
  batch_id text PRIMARY KEY,
  stream_id text NOT NULL REFERENCES data_streams ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('live', 'replay', 'test')),
  batch_no bigint NOT NULL,
  event_count integer NOT NULL,
  -- Of one event that is posted alone.
  event_id text NOT NULL,
  body text NOT NULL,
  made_ms bigint NOT NULL
);
CREATE INDEX stream_batches_by_stream ON stream_batches (stream_id, batch_no);

-- What became of each attempt; kept for a month.
CREATE TABLE stream_deliveries (
  delivery_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream_id text NOT NULL REFERENCES data_streams ON DELETE CASCADE,
  batch_id text NOT NULL,
  kind text NOT NULL,
  event_count integer NOT NULL,
  attempt integer NOT NULL,
  at_ms bigint NOT NULL,
  took_ms bigint NOT NULL,
  -- '' when it was taken.
  failure text NOT NULL
);
CREATE INDEX stream_deliveries_by_stream ON stream_deliveries (stream_id, delivery_no);
CREATE INDEX stream_deliveries_by_age ON stream_deliveries (at_ms);
