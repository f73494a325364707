-- Long acts that somebody asked for: they outlive the request, and the process that began them.
CREATE TABLE jobs (
  job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  -- Jobs of one lane run one at a time, in whichever process; '' beside any other.
  lane text NOT NULL,
  wish jsonb NOT NULL,
  -- Who asked, with what they reached and could then: it is done as them.
  caller jsonb NOT NULL,
  asked_by text NOT NULL,
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'stopped')),
  is_stop_wanted boolean NOT NULL DEFAULT false,
  -- How often it was begun and neither ended nor was put back in order.
  attempts integer NOT NULL DEFAULT 0,
  -- The run that has it now: what an earlier one says later is not heard.
  run_id text NOT NULL DEFAULT '',
  heartbeat_ms bigint NOT NULL DEFAULT 0,
  not_before_ms bigint NOT NULL DEFAULT 0,
  progress jsonb,
  remarks text[] NOT NULL DEFAULT '{}',
  result jsonb,
  error jsonb,
  asked_ms bigint NOT NULL,
  started_ms bigint,
  finished_ms bigint
);
CREATE UNIQUE INDEX jobs_one_a_lane ON jobs (lane) WHERE state = 'running' AND lane <> '';
CREATE INDEX jobs_to_do ON jobs (job_id) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_by_asker ON jobs (asked_by, job_id);
CREATE INDEX jobs_by_end ON jobs (finished_ms) WHERE finished_ms IS NOT NULL;
