/** Users, limits and subscriptions from spreadsheets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ALWAYS, createWorld } from '../../../test/rating/world.ts'
import { importLimitsCsv } from '../limits/import-limits-csv.ts'
import { currentLimits } from '../limits/limits.ts'
import { readDirectoryCsv } from './read-directory-csv.ts'
import { readModulesCsv } from './read-modules-csv.ts'
import { openTestOperations } from '../../../test/doubles/test-operations.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-test-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))

const WORLD = createWorld({
  modules: { eu: { limit: { unit: 'byte', step: 262_144_000, callTypes: ['call'] } } },
  subscriptions: [{ subscriptionId: 'a', modules: [{ moduleId: 'eu', ...ALWAYS }] }],
})

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('users with their registrations, also with semicolons and a byte order mark', async () => {
  const path = write(
    'users.csv',
    '\ufeffid;account;name;email;language;registrations\n' +
      'anna;acc;Anna;anna@example.com;fr;mobile-high-usage invoices\n' +
      'ben;acc;Ben;ben@example.com;;\n',
  )
  const { directory } = await readDirectoryCsv(path, 'users', WORLD.directory)
  expect(directory.users).toEqual([
    {
      userId: 'anna',
      accountId: 'acc',
      name: 'Anna',
      email: 'anna@example.com',
      language: 'fr',
      registrations: ['mobile-high-usage', 'invoices'],
    },
    expect.objectContaining({ userId: 'ben', language: 'en', registrations: [] }),
  ])
})

test('subscriptions with numbers, plans and modules', async () => {
  const path = write(
    'subscriptions.csv',
    'id,account,product,activated,numbers,imsis,plans\n' +
      's9,acc,mobile,2026-11-01,+31612345678 +31612345679,204080000000001,plan\n',
  )
  const { directory } = await readDirectoryCsv(path, 'subscriptions', WORLD.directory)
  expect(directory.subscriptions[0]?.identities.map(({ value }) => value)).toEqual([
    '204080000000001',
    '+31612345678',
    '+31612345679',
  ])
})

test('every wrong line is named', async () => {
  const path = write(
    'users.csv',
    'id,account,name,email\nanna,acc,Anna,anna\nben,none,Ben,b@x.nl\n',
  )
  await expect(readDirectoryCsv(path, 'users', WORLD.directory)).rejects.toThrow(
    /users\.csv:2: email: .*\n.*users\.csv:3: account: there is no account "none"/,
  )
})

test('accounts with their addresses and groups with their allowances', async () => {
  const accounts = write(
    'accounts.csv',
    'id;partner;legalName;address.street;address.postcode;address.city;address.country;country;anchorDay\n' +
      'a7;partner;Zeven B.V.;Laan 7;7000 AA;Zwolle;NL;NL;7\n',
  )
  const { directory } = await readDirectoryCsv(accounts, 'accounts', WORLD.directory)
  expect(directory.accounts.get('a7')).toMatchObject({
    anchorDay: 7,
    party: { legalName: 'Zeven B.V.', address: { street: 'Laan 7', country: 'NL' } },
  })
  const groups = write('groups.csv', 'id,account,name,allowances\nsales,acc,Sales,one two\n')
  const content = await readDirectoryCsv(groups, 'groups', WORLD.directory)
  expect(content.directory.groups.get('sales')?.allowanceIds).toEqual(['one', 'two'])
  const catalogue = { callTypes: new Set<string>(), lifetimes: new Set(['two']) }
  const refused = readDirectoryCsv(groups, 'groups', { ...WORLD.directory, catalogue })
  await expect(refused).rejects.toThrow(/groups\.csv:2: allowances\.1: a group has no beginning/)
})

test('modules are added to what a subscription has, and ended by the same row with an end', async () => {
  const path = write('modules.csv', 'subscription,module,from,to\na,world,2026-11-01,\n')
  const { directory } = await readModulesCsv(path, WORLD.directory)
  expect(directory.subscriptions[0]?.modules.map(({ moduleId }) => moduleId)).toEqual([
    'eu',
    'world',
  ])
  const both = 'subscription,module,from,to\na,world,2026-11-01,\na,world,2026-11-01,2026-12-01\n'
  const ended = await readModulesCsv(write('modules.csv', both), WORLD.directory)
  expect(ended.directory.subscriptions[0]?.modules[1]?.toMs).toBeLessThan(Infinity)
  const wrong = 'subscription,module,from,to\nnone,eu,,\na,,soon,\na,eu,2026-11-01,2026-11-01\n'
  await expect(readModulesCsv(write('modules.csv', wrong), WORLD.directory)).rejects.toThrow(
    /csv:2: .*none.*\n.*csv:3: .*\n.*csv:3: .*\n.*csv:4: to: it ends before/,
  )
})

function by(atMs: number) {
  return { dryRun: false, atMs, changedBy: 'anna' }
}

test('limits are set from now on, once, and steps are checked', async () => {
  await using operations = await openTestOperations()
  const { store } = operations
  const path = write(
    'limits.csv',
    'code,account,subscription,subject,amount,action\n' +
      'account-total,acc,,,100.00,\nmodule-volume,,a,eu,500 MB,notify\n',
  )
  const first = await importLimitsCsv(store, WORLD, path, by(1_000))
  expect(first).toMatchObject({ added: [expect.any(String), expect.any(String)], unchanged: 0 })
  const again = await importLimitsCsv(store, WORLD, path, by(2_000))
  expect(again).toEqual({ added: [], changed: [], unchanged: 2, differences: [] })
  write('limits.csv', 'code,account,amount\naccount-total,acc,80.00\n')
  await importLimitsCsv(store, WORLD, path, by(3_000))
  const limits = (await currentLimits(store)).filter(({ code }) => code === 'account-total')
  expect(limits.map(({ amount, fromMs, toMs }) => [amount, fromMs, toMs])).toEqual([
    [100_000_000, 1_000, 3_000],
    [80_000_000, 3_000, Infinity],
  ])
  write('limits.csv', 'code,subscription,subject,amount\nmodule-volume,a,eu,300 MB\n')
  await expect(importLimitsCsv(store, WORLD, path, by(4_000))).rejects.toThrow(
    'the nearest are 250 MB and 500 MB',
  )
})
