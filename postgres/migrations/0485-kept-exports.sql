-- Exports that were too large to wait for: where each lies, whose it is, and until when its link opens it. Of the
-- link only the hash is kept.
CREATE TABLE kept_exports (
  link_hash text PRIMARY KEY,
  person text NOT NULL,
  -- In the folder of exports of the process that made it.
  stored_as text NOT NULL UNIQUE,
  file_name text NOT NULL,
  content_type text NOT NULL,
  rows_count bigint NOT NULL,
  created_ms bigint NOT NULL,
  expires_ms bigint NOT NULL
);

CREATE INDEX kept_exports_by_end ON kept_exports (expires_ms);
