/** What a store of the builds before scopes had kinds becomes: migrations 0230 and 0231. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openEmbeddedOperations } from '../../postgres/embedded-operations.ts'
import { migrateOperations } from '../../postgres/migrate-operations.ts'

const folder = 'postgres/migrations'
const FIRST = '0230'

const OLD = `
  INSERT INTO partners SELECT id, '', '', '', '', '', '', '', '', '', '', 'nl'
    FROM unnest(ARRAY['P', 'jansen']) AS id;
  INSERT INTO accounts (account_id, partner_id, legal_name, street, postcode, city, address_country,
      vat_id, registration_number, country, time_zone, anchor_day, language)
    SELECT id, 'P', '', '', '', '', '', '', '', 'NL', 'Europe/Amsterdam', 1, 'nl'
    FROM unnest(ARRAY['jansen', 'pieters']) AS id;
  INSERT INTO subscriptions (subscription_id, account_id, product, activated_ms) VALUES
    ('jansen', 'jansen', 'mobile', 0), ('pieters', 'jansen', 'mobile', 0), ('B', 'jansen', 'mobile', 0),
    ('team', 'jansen', 'mobile', 0), ('duo', 'jansen', 'mobile', 0);
  INSERT INTO groups VALUES ('team', 'jansen', '', '{}'), ('duo', 'jansen', '', '{}');
  INSERT INTO group_members VALUES ('team', 'B', 0, NULL), ('duo', 'duo', 0, NULL);
  INSERT INTO limit_settings (code, set_by, scope_id, amount, action, from_ms, to_ms) VALUES
    ('subscription-total', 'partner', 'jansen', 1, 'notify', 0, NULL),
    ('subscription-total', 'customer', 'jansen', 2, 'notify', 0, 50),
    ('subscription-total', 'customer', 'jansen', 3, 'notify', 50, NULL),
    ('subscription-total', 'customer', 'pieters', 4, 'block', 0, NULL),
    ('account-total', 'customer', 'pieters', 5, 'notify', 0, NULL),
    ('roaming-spend', 'customer', 'B', 6, 'notify', 0, NULL);
  INSERT INTO limit_changes (changed_by, at_ms, code, set_by, scope_id, subject) VALUES
    ('anna', 1, 'subscription-total', 'partner', 'jansen', ''),
    ('anna', 2, 'subscription-total', 'customer', 'jansen', ''),
    ('anna', 3, 'roaming-spend', 'customer', 'B', '');
  INSERT INTO alert_crossings (account_id, period_start_day, code, scope_id, subject, level, used, amount,
      product, subscription_id, happened_ms, recorded_ms, noted_ms, origin)
    SELECT 'jansen', 20758, code, scope, '', level, 1, 1, 'mobile', subscription, 0, 0, 0, ''
    FROM (VALUES
      ('account-total', 'jansen', '100@1', 'jansen'), ('subscription-total', 'jansen', '100@1', 'jansen'),
      ('roaming-spend', 'B', '100@1', ''), ('group-bundle', 'team', '80', 'B'),
      ('group-bundle', 'team', '100', 'team'), ('group-bundle', 'duo', '80', 'duo'),
      ('data-bundle', 'duo', '80', 'duo')) AS old (code, scope, level, subscription);`

test(
  'limits keep what they did and get the kind of their scope; crossings stay noted',
  { timeout: 120_000 },
  async () => {
    const before = mkdtempSync(join(tmpdir(), 'tik-migrations-'))
    for (const name of readdirSync(folder).filter((each) => each < FIRST)) {
      cpSync(join(folder, name), join(before, name))
    }
    const data = mkdtempSync(join(tmpdir(), 'tik-test-old-operations-'))
    await using store = await openEmbeddedOperations(data)
    await migrateOperations(store, before)
    await store.script(OLD)
    rmSync(before, { recursive: true })
    await migrateOperations(store)
    const texts = async (sql: string) =>
      (await store.query(sql, [], z.object({ text: z.string() }))).map(({ text }) => text)

    expect(
      await texts(`SELECT concat_ws(' ', code, scope_kind, scope_id, amount, action, from_ms, to_ms) AS text
      FROM limit_settings ORDER BY amount, scope_kind`),
    ).toEqual([
      'subscription-total partner jansen 1 notify 0',
      'subscription-total account jansen 2 notify 0 50',
      'subscription-total account jansen 3 notify 50',
      'subscription-total account pieters 4 block 0',
      'subscription-total subscription pieters 4 block 0',
      'account-total account pieters 5 notify 0',
      'roaming-spend subscription B 6 notify 0',
    ])
    expect(
      await texts(`SELECT concat_ws(' ', at_ms, scope_kind, scope_id) AS text FROM limit_changes
      ORDER BY at_ms`),
    ).toEqual(['1 partner jansen', '2 account jansen', '3 subscription B'])
    expect(
      await texts(`SELECT concat_ws(' ', code, scope_kind, scope_id, level) AS text
      FROM alert_crossings ORDER BY crossing_id`),
    ).toEqual([
      'account-total account jansen 100@1',
      'subscription-total subscription jansen 100@1',
      'roaming-spend subscription B 100@1',
      'group-bundle group team 80',
      'group-bundle subscription team 100',
      'group-bundle group duo 80',
      'data-bundle subscription duo 80',
    ])
    await store.close()
    rmSync(data, { recursive: true })
  },
)
