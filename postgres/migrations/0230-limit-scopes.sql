-- Whose limit it is: ids are unique within partners, accounts and subscriptions only. Until now an
-- account and a subscription of the same name had one setting between them. It stays as it worked: the
-- account's, which its subscriptions follow, and beside that the subscription's where that belongs to
-- another account.
-- check: (SELECT count(*) FROM limit_settings WHERE scope_kind IS NULL) = 0

ALTER TABLE limit_settings ADD COLUMN scope_kind text;
ALTER TABLE limit_changes ADD COLUMN scope_kind text;

UPDATE limit_settings AS setting SET scope_kind = CASE
  WHEN set_by = 'partner' THEN 'partner'
  WHEN code NOT IN ('account-total', 'voip-total')
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE account_id = setting.scope_id) THEN 'subscription'
  ELSE 'account'
END;
UPDATE limit_changes AS change SET scope_kind = CASE
  WHEN set_by = 'partner' THEN 'partner'
  WHEN code NOT IN ('account-total', 'voip-total')
    AND NOT EXISTS (SELECT 1 FROM accounts WHERE account_id = change.scope_id) THEN 'subscription'
  ELSE 'account'
END;

DROP INDEX limit_settings_open;
ALTER TABLE limit_settings DROP CONSTRAINT limit_settings_pkey;
ALTER TABLE limit_settings DROP COLUMN set_by;
ALTER TABLE limit_changes DROP COLUMN set_by;
ALTER TABLE limit_settings ALTER COLUMN scope_kind SET NOT NULL;
ALTER TABLE limit_changes ALTER COLUMN scope_kind SET NOT NULL;
ALTER TABLE limit_settings ADD CONSTRAINT limit_settings_scope_kind
  CHECK (scope_kind IN ('partner', 'account', 'subscription'));
ALTER TABLE limit_settings ADD PRIMARY KEY (code, scope_kind, scope_id, subject, from_ms);
CREATE UNIQUE INDEX limit_settings_open
  ON limit_settings (code, scope_kind, scope_id, subject) WHERE to_ms IS NULL;

INSERT INTO limit_settings (code, scope_kind, scope_id, subject, amount, action, from_ms, to_ms)
SELECT code, 'subscription', scope_id, subject, amount, action, from_ms, to_ms
FROM limit_settings
JOIN subscriptions ON subscription_id = scope_id AND account_id <> scope_id
WHERE scope_kind = 'account' AND code NOT IN ('account-total', 'voip-total');
