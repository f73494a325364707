-- A partner's default plan is assigned when a subscription is imported, and no longer looked up at use
-- (decision 0270). What was looked up until now is written down, so that every subscription keeps the
-- plan that it has.
-- check: NOT EXISTS (SELECT 1 FROM subscriptions JOIN accounts USING (account_id) JOIN partners USING (partner_id) WHERE default_plans ->> product IS NOT NULL AND NOT EXISTS (SELECT 1 FROM subscription_plans AS plan WHERE plan.subscription_id = subscriptions.subscription_id))

INSERT INTO subscription_plans (subscription_id, plan_id, from_ms, to_ms)
SELECT subscription_id, default_plans ->> product, activated_ms, NULL
FROM subscriptions
JOIN accounts USING (account_id)
JOIN partners USING (partner_id)
WHERE default_plans ->> product IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM subscription_plans AS plan
    WHERE plan.subscription_id = subscriptions.subscription_id
  );

-- An event that changed the plan of a subscription that followed the default took away the time
-- before it: its first plan begins with the event, and the event replaced none. That time gets the
-- default back.
INSERT INTO subscription_plans (subscription_id, plan_id, from_ms, to_ms)
SELECT subscription_id, default_plans ->> product, activated_ms, first_ms
FROM subscriptions
JOIN accounts USING (account_id)
JOIN partners USING (partner_id)
JOIN (
  SELECT subscription_id, min(from_ms) AS first_ms FROM subscription_plans GROUP BY subscription_id
) AS first USING (subscription_id)
WHERE default_plans ->> product IS NOT NULL
  AND activated_ms < first_ms
  AND EXISTS (
    SELECT 1 FROM directory_events AS event
    WHERE event.subscription_id = subscriptions.subscription_id
      AND event.type = 'change-plan'
      AND event.state = 'applied'
      AND event.at_ms = first_ms
      AND event.detail NOT LIKE '%.plans: - %'
  );
