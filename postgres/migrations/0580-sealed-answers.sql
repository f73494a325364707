-- Answers of writes that tell a secret are kept so that only who was told it can read it again. Those of
-- before are emptied: who sends such a write again hears that it was done.
-- check: (SELECT count(*) FROM idempotency_keys WHERE is_sealed AND answer <> '') = 0

ALTER TABLE idempotency_keys ADD COLUMN is_sealed boolean NOT NULL DEFAULT false;

UPDATE idempotency_keys SET is_sealed = true, answer = ''
WHERE answer LIKE '%"secret":%' OR answer LIKE '%"recoveryCodes":%' OR answer LIKE '%"link":%';
