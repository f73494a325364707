-- Who rates into which ledger: workers over Kafka may be many, but nobody else beside them, because
-- each holds balances in memory. A lease runs out by itself when its holder dies.
-- check: (SELECT count(*) FROM rating_leases) = 0

CREATE TABLE rating_leases (
  holder_id text PRIMARY KEY,
  ledger_id text NOT NULL,
  log_kind text NOT NULL CHECK (log_kind IN ('stream', 'files')),
  -- Command, machine and process, for the one who has to wait.
  description text NOT NULL,
  expires_at timestamptz NOT NULL
);
