-- Where the customers of a partner find somebody. NULL: nothing was said, as before.
-- check: (SELECT count(*) FROM partners WHERE contact IS NOT NULL) = 0

ALTER TABLE partners ADD COLUMN contact jsonb;
