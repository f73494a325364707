-- How the documents of a partner look, and what those of an account are made of. Nothing given is as before.
-- check: (SELECT count(*) FROM accounts WHERE paper <> '{}') + (SELECT count(*) FROM partners WHERE paper <> '{}') = 0

ALTER TABLE partners ADD COLUMN paper jsonb NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN paper jsonb NOT NULL DEFAULT '{}';
