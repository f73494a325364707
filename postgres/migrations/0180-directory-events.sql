-- Events that changed accounts and subscriptions, each once: an event that comes again is known by its
-- id, and one that could not be applied is kept with what is wrong with it.
-- check: (SELECT count(*) FROM directory_events) = 0

CREATE TABLE directory_events (
  event_id text PRIMARY KEY,
  -- Where it came from: topic/partition/offset, or file:line.
  place text NOT NULL,
  type text NOT NULL,
  subscription_id text NOT NULL DEFAULT '',
  -- What it asks for is from this moment on; NULL where it does not say.
  at_ms bigint,
  received_ms bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('applied', 'refused')),
  -- What changed, or why it was refused.
  detail text NOT NULL,
  payload text NOT NULL
);
CREATE INDEX directory_events_by_time ON directory_events (received_ms);
CREATE INDEX directory_events_by_subscription ON directory_events (subscription_id, received_ms);
