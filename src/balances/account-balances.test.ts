/** Balances as customers see them, computed from what the real rater adds up. */
import { expect, test } from 'vitest'
import { createRater } from '../rating/create-rater.ts'
import type { Rater } from '../rating/rater.ts'
import { parseTime } from '../../test/rating/parse-world.ts'
import { ALWAYS, createWorld, step, type World, type WorldParts } from '../../test/rating/world.ts'
import { accountBalances, balancesRequest, type AccountBalances } from './account-balances.ts'
import { simsLeft } from './sims-left.ts'
import { balancesJson, renderBalances, sortBalances } from '../cli/usage/render-balances.ts'

const MB = 1_048_576
const NOON_MS = parseTime('2026-11-21 12:00')
const VIEW = { language: 'en', sortBy: 'number', withTerminated: false } as const
const NAMES = { nl: 'Data', fr: 'Data', de: 'Data', en: 'Data' }

const BASE: WorldParts = {
  callTypes: [{ id: 'data', kind: 'data', counts: 'national-data' }],
  rates: { r: [{ steps: [step('0.10', MB, MB)] }] },
  units: { r: 'byte' },
  subscriptions: [],
}

function balancesOf(world: World, used: readonly [string, number][]): AccountBalances {
  const rater: Rater = createRater(world)
  for (const [subscriptionId, quantity] of used) {
    rater.rate(world.usage(subscriptionId, 'data', { startMs: NOON_MS, quantity }), NOON_MS)
  }
  const parts = { ...world, accountId: 'acc', atMs: NOON_MS }
  return accountBalances({ ...parts, totals: rater.totals(balancesRequest(parts)) })
}

function poolWorld(): World {
  const groups = [{ groupId: 'pool', ...ALWAYS }]
  return createWorld({
    ...BASE,
    allowances: [
      {
        allowanceId: 'bundle',
        names: NAMES,
        unit: 'byte',
        amount: 500 * MB,
        callTypes: ['data'],
        scope: 'group-pooled',
        watchedBy: 'group-bundle',
      },
    ],
    plans: { plan: { rates: { data: 'r' }, allowanceIds: ['bundle'] } },
    groups: [{ groupId: 'pool', name: 'Everyone' }],
    subscriptions: [
      { subscriptionId: 'a', groups },
      { subscriptionId: 'b', groups },
    ],
  })
}

test('a pool is shown with what was used above it, and each member with its own share (A3)', () => {
  const balances = balancesOf(poolWorld(), [
    ['a', 966 * MB],
    ['b', 27 * MB],
    ['b', 10 * MB],
  ])
  const [pool] = balances.groups[0]?.bundles ?? []
  expect(pool).toMatchObject({ used: 1_003 * MB, amount: 1_000 * MB, above: 3 * MB, mark: 'red' })
  const shares = balances.subscriptions.map(({ bundles }) => bundles[0])
  expect(shares[0]).toMatchObject({ used: 966 * MB, amount: 500 * MB })
  expect(shares[1]).toMatchObject({ used: 37 * MB, amount: 500 * MB })
  expect(balances.totalMicros).toBe(300_000)
})

test.each([
  [400, 0, 'none', 'none'],
  [600, 0, 'yellow', 'none'],
  [600, 400, 'red', 'red'],
] as const)(
  'a member that used %i MB beside %i MB of the other is %s, the other %s',
  (first, second, markA, markB) => {
    const { subscriptions } = balancesOf(poolWorld(), [
      ['a', first * MB],
      ['b', second * MB],
    ])
    expect(subscriptions.map(({ bundles }) => bundles[0]?.mark)).toEqual([markA, markB])
  },
)

test('an own bundle that is used up shows how much is above it', () => {
  const world = createWorld({
    ...BASE,
    allowances: [
      { allowanceId: 'bundle', names: NAMES, unit: 'byte', amount: 100 * MB, callTypes: ['data'] },
    ],
    plans: { plan: { rates: { data: 'r' }, allowanceIds: ['bundle'] } },
    limits: [{ code: 'national-data', scopeId: 'a', amount: 20_000_000 }],
    subscriptions: [{ subscriptionId: 'a', label: 'Van' }, { subscriptionId: 'b' }],
  })
  const balances = balancesOf(world, [['a', 150 * MB]])
  expect(balances.subscriptions[0]).toMatchObject({
    costMicros: 5_000_000,
    bundles: [{ used: 150 * MB, above: 50 * MB, remaining: 0, percent: 150, mark: 'red' }],
  })
  expect(balances.subscriptions[0]?.limits).toContainEqual(
    expect.objectContaining({ code: 'national-data', used: 5_000_000, percent: 25 }),
  )
  expect(balances.simGroups).toEqual({ enough: 1, low: 0, empty: 1 })
  expect(renderBalances(balances, VIEW)).toContain('150/100 MB 150 % !!')
})

test.each([
  [0, 'enough', 100],
  [80, 'enough', 20],
  [81, 'low', 19],
  [99.5, 'low', 0],
  [100, 'empty', 0],
  [150, 'empty', 0],
] as const)('a SIM that used %d of 100 MB has %s left, %i %%', (usedMb, left, percentLeft) => {
  const world = createWorld({
    ...BASE,
    allowances: [
      { allowanceId: 'bundle', names: NAMES, unit: 'byte', amount: 100 * MB, callTypes: ['data'] },
    ],
    plans: { plan: { rates: { data: 'r' }, allowanceIds: ['bundle'] } },
    subscriptions: [{ subscriptionId: 'a', label: 'Van' }],
  })
  const { subscriptions, simGroups } = balancesOf(world, [['a', usedMb * MB]])
  expect(simsLeft(subscriptions)).toMatchObject([
    { subscriptionId: 'a', label: 'Van', left, percentLeft },
  ])
  expect(simGroups).toEqual({ enough: 0, low: 0, empty: 0, [left]: 1 })
})

test('an unlimited bundle is ∞ on screen and null in JSON', () => {
  const world = createWorld({
    ...BASE,
    allowances: [
      { allowanceId: 'bundle', names: NAMES, unit: 'byte', amount: Infinity, callTypes: ['data'] },
    ],
    plans: { plan: { rates: { data: 'r' }, allowanceIds: ['bundle'] } },
    subscriptions: [{ subscriptionId: 'a' }],
  })
  const balances = balancesOf(world, [['a', 70 * MB]])
  expect(renderBalances(balances, VIEW)).toContain('70/∞')
  expect(balancesJson(balances)).toMatchObject({
    subscriptions: [{ bundles: [{ amount: null, used: 70 * MB, mark: 'none' }] }],
  })
})

test('subscriptions sort by what they used most of, ended ones come last and on request', () => {
  const ended = { subscriptionId: 'c', terminatedMs: parseTime('2026-11-10 00:00') }
  const world = createWorld({
    ...BASE,
    allowances: [{ allowanceId: 'bundle', unit: 'byte', amount: 100 * MB, callTypes: ['data'] }],
    plans: { plan: { rates: { data: 'r' }, allowanceIds: ['bundle'] } },
    subscriptions: [{ subscriptionId: 'a' }, { subscriptionId: 'b' }, ended],
  })
  const { subscriptions } = balancesOf(world, [
    ['a', 10 * MB],
    ['b', 90 * MB],
  ])
  const ids = (withTerminated: boolean) =>
    sortBalances(subscriptions, { sortBy: 'usage', withTerminated }).map(
      (one) => one.subscriptionId,
    )
  expect(ids(false)).toEqual(['b', 'a'])
  expect(ids(true)).toEqual(['b', 'a', 'c'])
})

test('what is used of all limits equals what rating reports when it crosses them', () => {
  const world = createWorld({
    ...BASE,
    plans: { plan: { rates: { data: 'r' } } },
    limits: [
      { code: 'account-total', scopeId: 'acc', amount: 3_000_000 },
      { code: 'sim-cap', scopeId: 'acc', subject: 'data', amount: 30 * MB },
    ],
    subscriptions: [{ subscriptionId: 'a' }, { subscriptionId: 'b' }],
  })
  const rater = createRater(world)
  const usage = world.usage('a', 'data', { startMs: NOON_MS, quantity: 31 * MB })
  const { crossings } = rater.rate(usage, NOON_MS)
  const balances = balancesOf(world, [['a', 31 * MB]])
  const limits = [...balances.limits, ...balances.subscriptions.flatMap((one) => one.limits)]
  for (const entry of crossings) {
    const [code, , subject, , , used] = entry.split('|')
    expect(limits).toContainEqual(expect.objectContaining({ code, subject, used: Number(used) }))
  }
  expect(crossings).toHaveLength(2)
})

test('only an account that can have a bundle for years is read back for years', () => {
  const allowance = { names: NAMES, unit: 'byte', amount: 100 * MB, callTypes: ['data'] } as const
  const world = createWorld({
    ...BASE,
    allowances: [
      { ...allowance, allowanceId: 'month' },
      { ...allowance, allowanceId: 'years', period: 'lifetime', lifetimeMonths: 120 },
    ],
    plans: {
      plan: { rates: { data: 'r' }, allowanceIds: ['month'] },
      iot: { rates: { data: 'r' }, allowanceIds: ['years'] },
    },
    accounts: [{ accountId: 'acc' }, { accountId: 'sensors' }],
    subscriptions: [
      { subscriptionId: 'a', activatedMs: parseTime('2026-01-01 00:00') },
      {
        subscriptionId: 's',
        accountId: 'sensors',
        activatedMs: parseTime('2026-01-01 00:00'),
        plans: [{ planId: 'iot', ...ALWAYS }],
      },
    ],
  })
  const requestOf = (accountId: string) => balancesRequest({ ...world, accountId, atMs: NOON_MS })
  const { fromPeriodStartDay, toPeriodStartDay } = requestOf('acc')
  expect(fromPeriodStartDay).toBe(toPeriodStartDay)
  expect(requestOf('sensors').fromPeriodStartDay).toBeLessThan(toPeriodStartDay - 300)
})
