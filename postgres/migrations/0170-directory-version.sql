-- One number that grows with every committed change of the reference data, so that running stages
-- notice a changed subscription, limit or account within seconds without reading everything again.
-- check: (SELECT version FROM directory_version) >= 0

CREATE TABLE directory_version (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  version bigint NOT NULL DEFAULT 0
);
INSERT INTO directory_version DEFAULT VALUES;

CREATE FUNCTION note_directory_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE directory_version SET version = version + 1;
  RETURN NULL;
END;
$$;

DO $$
DECLARE
  changed text;
BEGIN
  FOREACH changed IN ARRAY ARRAY[
    'partners', 'accounts', 'account_rate_overrides', 'account_discounts',
    'account_closed_periods', 'subscriptions', 'subscription_identities', 'subscription_plans',
    'subscription_modules', 'groups', 'group_members', 'limit_settings'
  ] LOOP
    EXECUTE format(
      'CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %I
       FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change()', changed);
  END LOOP;
END;
$$;
