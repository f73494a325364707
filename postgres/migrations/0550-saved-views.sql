-- What a person looks at often, under a name of their own: the address of a page within an account.
-- check: (SELECT count(*) FROM saved_views) = 0

CREATE TABLE saved_views (
  view_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person text NOT NULL,
  account_id text NOT NULL,
  name text NOT NULL,
  -- 'totals' or 'calls', and what stands behind the question mark.
  page text NOT NULL CHECK (page IN ('totals', 'calls')),
  query text NOT NULL,
  created_ms bigint NOT NULL,
  UNIQUE (person, account_id, name)
);
