-- Whose limit was crossed: ids are unique within accounts, subscriptions and groups only. What was
-- noted until now gets the kind that its limit tells; of a bundle, a group's where another
-- subscription's usage crossed it, or that of a member of the group of its own name.
-- check: (SELECT count(*) FROM alert_crossings WHERE scope_kind IS NULL) = 0

ALTER TABLE alert_crossings ADD COLUMN scope_kind text;

UPDATE alert_crossings AS crossing SET scope_kind = CASE
  WHEN code IN ('account-total', 'voip-total') THEN 'account'
  WHEN code NOT IN ('group-bundle', 'data-bundle', 'sms-bundle', 'voice-bundle') THEN 'subscription'
  WHEN scope_id <> subscription_id THEN 'group'
  WHEN code = 'group-bundle' AND EXISTS (
    SELECT 1 FROM group_members AS member
    WHERE member.group_id = scope_id AND member.subscription_id = scope_id
  ) THEN 'group'
  ELSE 'subscription'
END;

ALTER TABLE alert_crossings ALTER COLUMN scope_kind SET NOT NULL;
ALTER TABLE alert_crossings ADD CONSTRAINT alert_crossings_scope_kind
  CHECK (scope_kind IN ('account', 'subscription', 'group'));
ALTER TABLE alert_crossings
  DROP CONSTRAINT alert_crossings_account_id_period_start_day_code_scope_id_s_key;
ALTER TABLE alert_crossings ADD CONSTRAINT alert_crossings_once
  UNIQUE (account_id, period_start_day, code, scope_kind, scope_id, subject, level);
