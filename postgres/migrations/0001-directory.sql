-- Who is billed and by what agreement. Instants are epoch milliseconds (bigint), to_ms is NULL
-- while a validity is open, money is micros (bigint), days count from 1970-01-01.
-- check: (SELECT count(*) FROM partners) = 0

CREATE TABLE partners (
  partner_id text PRIMARY KEY CHECK (partner_id ~ '^[^|\s]+$'),
  legal_name text NOT NULL,
  street text NOT NULL,
  postcode text NOT NULL,
  city text NOT NULL,
  country text NOT NULL,
  vat_id text NOT NULL,
  registration_number text NOT NULL,
  iban text NOT NULL,
  bic text NOT NULL,
  mail_from text NOT NULL,
  language text NOT NULL CHECK (language IN ('nl', 'fr', 'de', 'en')),
  default_plans jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE accounts (
  account_id text PRIMARY KEY CHECK (account_id ~ '^[^|\s]+$'),
  partner_id text NOT NULL REFERENCES partners,
  parent_account_id text NOT NULL DEFAULT '',
  legal_name text NOT NULL,
  street text NOT NULL,
  postcode text NOT NULL,
  city text NOT NULL,
  address_country text NOT NULL,
  vat_id text NOT NULL,
  registration_number text NOT NULL,
  country text NOT NULL CHECK (country IN ('NL', 'BE')),
  time_zone text NOT NULL,
  anchor_day integer NOT NULL CHECK (anchor_day BETWEEN 1 AND 28),
  language text NOT NULL CHECK (language IN ('nl', 'fr', 'de', 'en')),
  purchase_order text NOT NULL DEFAULT '',
  payment_term_days integer NOT NULL DEFAULT 14 CHECK (payment_term_days >= 0),
  send_zero_invoices boolean NOT NULL DEFAULT false
);
CREATE INDEX accounts_by_partner ON accounts (partner_id);

CREATE TABLE account_rate_overrides (
  account_id text NOT NULL REFERENCES accounts,
  call_type text NOT NULL,
  rate_id text NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (account_id, call_type, from_ms)
);

CREATE TABLE account_discounts (
  account_id text NOT NULL REFERENCES accounts,
  discounted text NOT NULL CHECK (discounted IN ('recurring', 'usage', 'call-type')),
  call_type text NOT NULL DEFAULT '',
  percent_hundredths integer NOT NULL CHECK (percent_hundredths BETWEEN 0 AND 10000),
  description text NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (account_id, discounted, call_type, from_ms)
);

-- Written by the invoicing run in the transaction that finalises; usage of such a period is late.
CREATE TABLE account_closed_periods (
  account_id text NOT NULL REFERENCES accounts,
  period_start_day integer NOT NULL,
  closed_at_ms bigint NOT NULL,
  PRIMARY KEY (account_id, period_start_day)
);

CREATE TABLE subscriptions (
  subscription_id text PRIMARY KEY CHECK (subscription_id ~ '^[^|\s]+$'),
  account_id text NOT NULL REFERENCES accounts,
  product text NOT NULL CHECK (product IN ('voip', 'mobile')),
  label text NOT NULL DEFAULT '',
  cost_centre text NOT NULL DEFAULT '',
  activated_ms bigint NOT NULL,
  terminated_ms bigint CHECK (terminated_ms >= activated_ms)
);
CREATE INDEX subscriptions_by_account ON subscriptions (account_id);

CREATE TABLE subscription_identities (
  subscription_id text NOT NULL REFERENCES subscriptions,
  kind text NOT NULL CHECK (kind IN ('number', 'imsi', 'iccid', 'trunk')),
  value text NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (kind, value, from_ms)
);
CREATE INDEX identities_by_subscription ON subscription_identities (subscription_id);

CREATE TABLE subscription_plans (
  subscription_id text NOT NULL REFERENCES subscriptions,
  plan_id text NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (subscription_id, from_ms)
);

CREATE TABLE subscription_modules (
  subscription_id text NOT NULL REFERENCES subscriptions,
  module_id text NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (subscription_id, module_id, from_ms)
);

CREATE TABLE groups (
  group_id text PRIMARY KEY CHECK (group_id ~ '^[^|\s]+$'),
  account_id text NOT NULL REFERENCES accounts,
  name text NOT NULL,
  allowance_ids text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX groups_by_account ON groups (account_id);

CREATE TABLE group_members (
  group_id text NOT NULL REFERENCES groups,
  subscription_id text NOT NULL REFERENCES subscriptions,
  from_ms bigint NOT NULL,
  to_ms bigint CHECK (to_ms > from_ms),
  PRIMARY KEY (group_id, subscription_id, from_ms)
);
CREATE INDEX group_members_by_subscription ON group_members (subscription_id);

CREATE TABLE users (
  user_id text PRIMARY KEY CHECK (user_id ~ '^[^|\s]+$'),
  account_id text NOT NULL REFERENCES accounts,
  name text NOT NULL,
  email text NOT NULL,
  language text NOT NULL CHECK (language IN ('nl', 'fr', 'de', 'en')),
  registrations text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX users_by_account ON users (account_id);

CREATE TABLE one_off_charges (
  charge_id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES accounts,
  subscription_id text NOT NULL DEFAULT '',
  at_ms bigint NOT NULL,
  description text NOT NULL,
  amount_micros bigint NOT NULL
);
CREATE INDEX one_off_charges_by_account ON one_off_charges (account_id, at_ms);
