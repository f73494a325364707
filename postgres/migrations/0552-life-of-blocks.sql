-- A block has a life: asked for by a limit or a person, answered by the operator, and taken back the same way. What was
-- asked before answers were kept is closed: nobody waits for it.
-- check: (SELECT count(*) FROM service_requests WHERE state <> 'closed') = 0

ALTER TABLE service_requests
  ALTER COLUMN crossing_id DROP NOT NULL,
  ADD COLUMN act text NOT NULL DEFAULT 'block' CHECK (act IN ('block', 'unblock')),
  ADD COLUMN cause text NOT NULL DEFAULT 'limit'
    CHECK (cause IN ('limit', 'person', 'unpaid', 'operator')),
  -- 'user:ID', 'staff:ID', 'client:ID'; '' where a limit asked.
  ADD COLUMN asked_by text NOT NULL DEFAULT '',
  ADD COLUMN state text NOT NULL DEFAULT 'closed'
    CHECK (state IN ('requested', 'confirmed', 'refused', 'closed')),
  ADD COLUMN answered_ms bigint,
  ADD COLUMN answered_by text NOT NULL DEFAULT '',
  -- Why it was refused.
  ADD COLUMN answer text NOT NULL DEFAULT '';
ALTER TABLE service_requests ALTER COLUMN state SET DEFAULT 'requested';
CREATE INDEX service_requests_by_subscription
  ON service_requests (subscription_id, service, requested_ms);
CREATE INDEX service_requests_waiting ON service_requests (requested_ms) WHERE state = 'requested';
-- One at a time: who asks twice for the same has asked once.
CREATE UNIQUE INDEX service_requests_one_waits ON service_requests (subscription_id, service, act)
  WHERE state = 'requested' AND crossing_id IS NULL;
