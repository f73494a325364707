-- Where a partner (the operator) wants service requests posted. A delivery goes to the webhook of
-- its partner when it names one, else to that of its account.
-- check: (SELECT count(*) FROM partner_webhooks) = 0

CREATE TABLE partner_webhooks (
  partner_id text PRIMARY KEY REFERENCES partners,
  url text NOT NULL,
  secret text NOT NULL
);

ALTER TABLE webhook_deliveries ADD COLUMN partner_id text NOT NULL DEFAULT '';
