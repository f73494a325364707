-- A sim-cap of voice was accepted and never counted. It is counted from now on: as if it were set now, so
-- that nothing is different in what was rated.
-- check: NOT EXISTS (SELECT 1 FROM limit_settings WHERE code = 'sim-cap' AND subject = 'voice' AND from_ms < extract(epoch FROM transaction_timestamp()) * 1000 - 1)

DELETE FROM limit_settings
WHERE code = 'sim-cap' AND subject = 'voice'
  AND to_ms <= (extract(epoch FROM transaction_timestamp()) * 1000)::bigint;

UPDATE limit_settings SET from_ms = (extract(epoch FROM transaction_timestamp()) * 1000)::bigint
WHERE code = 'sim-cap' AND subject = 'voice'
  AND from_ms < (extract(epoch FROM transaction_timestamp()) * 1000)::bigint;
