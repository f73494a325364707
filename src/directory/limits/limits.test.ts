/** Limits as people manage them: defaults, own values, steps, audit; equal to what rating uses. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Directory, LimitSetting } from '../../core/accounts/accounts.ts'
import { createLimitSettings } from '../../rating/limit/limit-settings.ts'
import { ALWAYS, createWorld } from '../../../test/rating/world.ts'
import { createLimitIndex } from '../../limits/effective-limit.ts'
import { importLimitsCsv } from './import-limits-csv.ts'
import { formatLimitAmount, parseLimitAmount } from '../../limits/limit-amount.ts'
import {
  currentLimits,
  limitChanges,
  listLimits,
  setLimit,
  unsetLimit,
  type LimitKey,
} from './limits.ts'
import { openTestOperations, type TestOperations } from '../../../test/doubles/test-operations.ts'

const MB = 1_048_576
const WORLD = createWorld({
  modules: {
    'calling-eu': { limit: { unit: 'second', step: 250 * 60, callTypes: ['call'] } },
    'internet-eu': { limit: { unit: 'byte', step: 250 * MB, callTypes: ['call'] } },
  },
  subscriptions: [
    { subscriptionId: 'a', modules: [{ moduleId: 'calling-eu', ...ALWAYS }] },
    { subscriptionId: 'b' },
  ],
})
const KINDS: Readonly<Record<string, LimitKey['scopeKind']>> = {
  partner: 'partner',
  acc: 'account',
}
let operations: TestOperations

beforeAll(async () => {
  operations = await openTestOperations()
})
afterAll(() => operations[Symbol.asyncDispose]())

function key(code: LimitKey['code'], scopeId: string, subject = ''): LimitKey {
  return { code, subject, scopeKind: KINDS[scopeId] ?? 'subscription', scopeId }
}

function by(changedBy: string, atMs: number) {
  return { changedBy, atMs }
}

async function directoryNow(): Promise<Directory> {
  return { ...WORLD.directory, limits: await currentLimits(operations.store) }
}

async function effective(subscriptionId: string, atMs: number): Promise<string> {
  const index = createLimitIndex(await directoryNow())
  const target = { code: 'subscription-total', subject: '', accountId: 'acc' } as const
  const { amount, from } = index.effectiveAt({ ...target, subscriptionId }, atMs)
  return `${amount / 1_000_000} ${from}`
}

test('own value, default, back to the default, each with who and when', async () => {
  const { store } = operations
  const set = (scopeId: string, amount: string, atMs: number, who = 'anna') =>
    setLimit(store, WORLD, { key: key('subscription-total', scopeId), amount }, by(who, atMs))
  expect(await effective('a', 5)).toBe('0 none')
  await set('partner', '100.00', 10, 'reseller')
  await set('acc', '50.00', 20)
  await set('a', '25.50', 30)
  expect(await effective('a', 9)).toBe('0 none')
  expect(await effective('a', 10)).toBe('100 partner')
  expect(await effective('a', 29)).toBe('50 customer')
  expect(await effective('a', 30)).toBe('25.5 customer')
  expect(await effective('b', 30)).toBe('50 customer')
  expect(await unsetLimit(store, key('subscription-total', 'a'), by('anna', 40))).toBe(true)
  expect(await unsetLimit(store, key('subscription-total', 'a'), by('anna', 41))).toBe(false)
  await set('acc', '0', 50)
  expect(await effective('a', 50)).toBe('0 customer')
  await unsetLimit(store, key('subscription-total', 'acc'), by('anna', 60))
  expect(await effective('a', 60)).toBe('100 partner')

  const changes = await limitChanges(store, [
    key('account-total', 'acc'),
    key('national-data', 'a'),
  ])
  expect(changes.map((one) => [one.changedBy, one.atMs, one.fromAmount, one.toAmount])).toEqual([
    ['anna', 60, 0, null],
    ['anna', 50, 50_000_000, 0],
    ['anna', 40, 25_500_000, null],
    ['anna', 30, null, 25_500_000],
    ['anna', 20, null, 50_000_000],
  ])
})

test('setting what is set already changes nothing and is not audited', async () => {
  const { store } = operations
  const change = { key: key('account-total', 'acc'), amount: '10.00' }
  await setLimit(store, WORLD, change, by('anna', 100))
  await setLimit(store, WORLD, change, by('anna', 200))
  const changes = await limitChanges(store, [key('account-total', 'acc')])
  expect(changes.filter(({ code }) => code === 'account-total')).toHaveLength(1)
})

test('levels are kept with the value, stay when it changes, and are audited', async () => {
  const { store } = operations
  const voip = key('voip-total', 'acc')
  const set = (amount: string, atMs: number, levels?: string) => {
    const change = { key: voip, amount, ...(levels === undefined ? {} : { levels }) }
    return setLimit(store, WORLD, change, by('anna', atMs))
  }
  await set('100.00', 300, '50%, +10.00')
  await set('100.00', 310, '50%, +10.00') // Changes nothing.
  await set('200.00', 320)
  await set('0', 330)
  await set('50.00', 340)
  await set('50.00', 350, 'none')
  const settings = (await currentLimits(store)).filter(({ code }) => code === 'voip-total')
  expect(settings.map(({ amount, levels, fromMs }) => [amount / 1e6, levels, fromMs])).toEqual([
    [100, '50,+10000000', 300],
    [200, '50,+10000000', 320],
    [0, '50,+10000000', 330],
    [50, '50,+10000000', 340],
    [50, undefined, 350],
  ])
  const changes = (await limitChanges(store, [key('account-total', 'acc')])).filter(
    ({ code }) => code === 'voip-total',
  )
  expect(changes.map(({ fromLevels, toLevels }) => [fromLevels, toLevels]).slice(0, 2)).toEqual([
    ['50,+10000000', ''],
    ['50,+10000000', '50,+10000000'],
  ])
  const tooSmall = set('5000.00', 360, '+1.00')
  await expect(tooSmall).rejects.toThrow('less than 1%')
})

test('a file of limits takes levels, and the audit says what was before', async () => {
  const { store } = operations
  const change = { key: key('national-data', 'a'), amount: '20.00' }
  await setLimit(store, WORLD, change, by('anna', 400))
  const file = join(mkdtempSync(join(tmpdir(), 'tik-test-limits-')), 'limits.csv')
  writeFileSync(file, 'code,subscription,amount,levels\nnational-data,a,30.00,"50%, +10.00"\n')
  const context = { ...WORLD, directory: await directoryNow() }
  await importLimitsCsv(store, context, file, { dryRun: false, ...by('a file', 500) })
  const [last] = await limitChanges(store, [key('national-data', 'a')])
  expect(last).toMatchObject({
    fromAmount: 20_000_000,
    toAmount: 30_000_000,
    toLevels: '50,+10000000',
  })
})

test.each([
  ['module-volume', 'calling-eu', '300 min', 'the nearest are 250 min and 500 min'],
  ['module-volume', 'internet-eu', '100 MB', 'the nearest are 0 (no limit) and 250 MB'],
  ['module-volume', 'internet-eu', '250 min', 'is set as "500 MB"'],
  ['module-volume', 'fax', '250 min', 'no module "fax"'],
  ['account-total', '', '250 min', 'is set as "50.00"'],
  ['account-total', '', '12.345', 'is no amount'],
  ['account-total', '', '-5', 'is no amount'],
  ['sim-cap', 'fax', '10 SMS', 'a sim-cap is for data, sms or voice'],
  ['group-bundle', '', '10 MB', 'always on'],
  ['account-total', 'data', '50.00', 'account-total has no subject, and so not "data"'],
  ['module-volume', '', '250 min', 'is of a module: name it'],
] as const)('%s %s of %s is refused', async (code, subject, amount, message) => {
  const change = { key: key(code, 'acc', subject), amount }
  const refused = setLimit(operations.store, WORLD, change, by('anna', 1))
  await expect(refused).rejects.toThrow(message)
  await expect(refused).rejects.toMatchObject({ code: 'limit_invalid' })
})

test.each([
  ['account-total', 'a', 'not_found'],
  ['account-total', 'nobody', 'not_found'],
  ['voip-total', 'b', 'not_found'],
] as const)('%s of %s is not found', async (code, scopeId, errorCode) => {
  const change = { key: key(code, scopeId), amount: '1.00' }
  const refused = setLimit(operations.store, WORLD, change, by('anna', 1))
  await expect(refused).rejects.toMatchObject({ code: errorCode })
})

test('a limit of a SIM is refused for telephony, where it would never count', async () => {
  const [first] = WORLD.directory.subscriptions
  if (first === undefined) throw new Error('no subscription')
  const subscriptions = [{ ...first, subscriptionId: 'desk', product: 'voip' as const }]
  const world = { ...WORLD, directory: { ...WORLD.directory, subscriptions } }
  const change = { key: key('sim-cap', 'desk', 'voice'), amount: '10 min' }
  const refused = setLimit(operations.store, world, change, by('anna', 1))
  await expect(refused).rejects.toThrow('sim-cap is for mobile subscriptions')
})

test('a limit that cannot block anything refuses to', async () => {
  const change = { key: key('voip-total', 'acc'), amount: '1.00', action: 'block' } as const
  const refused = setLimit(operations.store, WORLD, change, by('anna', 1))
  await expect(refused).rejects.toThrow('cannot block')
})

test('the list says what holds and where it comes from', async () => {
  const limits: LimitSetting[] = [
    setting('account-total', 'partner', 100_000_000),
    setting('subscription-total', 'a', 20_000_000),
  ]
  const listed = listLimits({ ...WORLD, directory: { ...WORLD.directory, limits } }, 'acc', 1)
  const lines = listed.map(({ code, subject, subscriptionId, amount, unit, from }) =>
    `${code} ${subject} ${subscriptionId} ${formatLimitAmount(amount, unit)} ${from}`.replaceAll(
      / +/g,
      ' ',
    ),
  )
  expect(lines).toEqual([
    'account-total 100.00 partner',
    'voip-total 0.00 none',
    'subscription-total 0.00 none',
    'subscription-total a 20.00 customer',
    'national-data 0.00 none',
    'roaming-spend 50.00 regulation',
    'sim-cap data 0 MB none',
    'sim-cap sms 0 SMS none',
    'sim-cap voice 0 min none',
    'module-volume calling-eu 0 min none',
  ])
})

test('rating resolves limits in the same way', () => {
  const scopes = ['partner', 'acc', 'a', 'b'] as const
  const arbitrary = fc.array(
    fc.record({
      code: fc.constantFrom('account-total', 'subscription-total', 'roaming-spend'),
      scopeId: fc.constantFrom(...scopes),
      amount: fc.constantFrom(0, 1_000_000, 60_000_000, 200_000_000),
      fromMs: fc.integer({ min: 0, max: 10 }),
      length: fc.integer({ min: 1, max: 10 }),
    }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 0, max: 25 }), (drafts, atMs) => {
      const limits = drafts.map((draft): LimitSetting => ({
        ...setting(draft.code, draft.scopeId, draft.amount),
        fromMs: draft.fromMs,
        toMs: draft.fromMs + draft.length,
      }))
      const index = createLimitIndex({ ...WORLD.directory, limits })
      const rating = createLimitSettings(limits)
      for (const code of ['account-total', 'subscription-total', 'roaming-spend'] as const) {
        const subscriptionId = code === 'account-total' ? '' : 'a'
        const owners = { accountId: 'acc', partnerId: 'partner' }
        const watched = code === 'account-total' ? undefined : 'a'
        const watch = { code, subject: '', subscriptionId: watched, ...owners }
        const full = rating.levelsAt(atMs, watch).find(({ name }) => name.startsWith('100@'))
        const target = { code, subject: '', accountId: 'acc', subscriptionId }
        expect(full?.amount ?? 0).toBe(index.effectiveAt(target, atMs).amount)
      }
    }),
  )
})

test('a sim-cap of voice that never counted is as if it were set when the store is migrated', async () => {
  const { store } = operations
  const file = '../../../postgres/migrations/0271-sim-caps-of-voice.sql'
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  await store.execute(
    `INSERT INTO limit_settings (code, scope_kind, scope_id, subject, amount, action, from_ms, to_ms)
     VALUES ('sim-cap', 'subscription', 'old', 'voice', 60, 'notify', 0, 10),
       ('sim-cap', 'subscription', 'old', 'voice', 600, 'notify', 10, NULL),
       ('sim-cap', 'subscription', 'old', 'data', 1, 'notify', 0, NULL)`,
    [],
  )
  await store.transaction((sql) => sql.script(text))
  const settings = (await currentLimits(store)).filter(({ scopeId }) => scopeId === 'old')
  expect(settings.map(({ subject, amount, fromMs }) => [subject, amount, fromMs > 10])).toEqual([
    ['data', 1, false],
    ['voice', 600, true],
  ])
})

test('amounts are read as they are written', () => {
  const units = fc.constantFrom('money', 'second', 'byte', 'message')
  const sizes = { money: 10_000, second: 60, byte: MB, message: 1 }
  fc.assert(
    fc.property(units, fc.integer({ min: 1, max: 1_000_000 }), (unit, count) => {
      const amount = count * sizes[unit]
      expect(parseLimitAmount(formatLimitAmount(amount, unit))).toEqual({ amount, unit })
    }),
  )
})

function setting(code: LimitSetting['code'], scopeId: string, amount: number): LimitSetting {
  return { ...key(code, scopeId), amount, action: 'notify', ...ALWAYS }
}
