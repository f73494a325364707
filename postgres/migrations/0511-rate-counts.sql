-- How much was tried and asked in a while, counted by all processes together. Keys are hashes: no names, no addresses.
CREATE TABLE rate_counts (
  key text PRIMARY KEY,
  points integer NOT NULL,
  ends_ms bigint NOT NULL
);
CREATE INDEX rate_counts_by_end ON rate_counts (ends_ms);
