-- An extension is a number within its account (decision 0121), so two accounts may have the same one
-- from the same day. Who else holds an identity is asked when it is written, with an error of ours.
-- check: (SELECT count(*) = 4 FROM information_schema.key_column_usage WHERE table_schema = current_schema() AND constraint_name = 'subscription_identities_pkey')

ALTER TABLE subscription_identities DROP CONSTRAINT subscription_identities_pkey;
ALTER TABLE subscription_identities ADD PRIMARY KEY (subscription_id, kind, value, from_ms);
CREATE INDEX identities_by_value ON subscription_identities (kind, value, from_ms);
