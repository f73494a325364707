/** Balances that were summed from rows of builds whose keys named no kind of scope. */
import { expect, test } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import { createRater } from '../create-rater.ts'
import type { BalanceTotals } from '../rater.ts'
import { scopeSources, settledCrossingKey, settledTakeKey } from './settle-scope.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const NOVEMBER = 20_758
const inTeam = [{ groupId: 'team', fromMs: 0, toMs: Infinity }]
const pools = {
  rates: { r: [{ steps: [step('0.10', 60, 60)] }] },
  allowances: [
    { allowanceId: 'pool', amount: 100, scope: 'group-pooled', watchedBy: 'group-bundle' },
    { allowanceId: 'own', amount: 50, priority: 1, watchedBy: 'data-bundle' },
  ],
  plans: { plan: { rates: { call: 'r' }, allowanceIds: ['pool', 'own'] } },
  groups: [{ groupId: 'team' }],
} as const

/** `team` is alone, or in the group of its name. */
const alone = createWorld({
  ...pools,
  subscriptions: [{ subscriptionId: 'team' }, { subscriptionId: 'A', groups: inTeam }],
})
const together = createWorld({
  ...pools,
  subscriptions: [
    { subscriptionId: 'team', groups: inTeam },
    { subscriptionId: 'A', groups: inTeam },
  ],
})

test.each([
  ['pool|team|1|self', 'pool|team|1|subscription', 'pool|team|1|group'],
  ['own|team|1|self', 'own|team|1|subscription', 'own|team|1|subscription'],
  ['gone|A|1|self', 'gone|A|1|subscription', 'gone|A|1|subscription'],
  ['pool|team|1|group', 'pool|team|1|group', 'pool|team|1|group'],
])('the scope of %s is settled', (key, ofAlone, ofTogether) => {
  expect(settledTakeKey(key, scopeSources(alone))).toBe(ofAlone)
  expect(settledTakeKey(key, scopeSources(together))).toBe(ofTogether)
})

test('the scope of a crossed bundle is that of its allowance', () => {
  const key = 'group-bundle|team|pool|self|80'
  expect(settledCrossingKey(key, scopeSources(alone))).toBe(
    'group-bundle|team|pool|subscription|80',
  )
  expect(settledCrossingKey(key, scopeSources(together))).toBe('group-bundle|team|pool|group|80')
  const ofAccount = 'account-total|acc||account|100@5'
  expect(settledCrossingKey(ofAccount, scopeSources(alone))).toBe(ofAccount)
})

test('old sums go on where they belong, and what was reported is not reported again', () => {
  // 90 by team, of its own 50 and of its part of the pool; 90 by A, of the group's pool.
  const old: BalanceTotals = {
    takes: [
      { periodStartDay: NOVEMBER, key: `own|team|${NOVEMBER}|self`, quantity: 50 },
      { periodStartDay: NOVEMBER, key: `pool|team|${NOVEMBER}|self`, quantity: 40 },
      { periodStartDay: NOVEMBER, key: `own|A|${NOVEMBER}|self`, quantity: 50 },
      { periodStartDay: NOVEMBER, key: `pool|team|${NOVEMBER}|group`, quantity: 85 },
    ],
    usage: [],
    sessions: [],
    crossings: [
      { periodStartDay: NOVEMBER, entry: 'group-bundle|team|pool|group|80|85|100' },
      { periodStartDay: NOVEMBER, entry: 'data-bundle|team|own|self|80|50|50' },
      { periodStartDay: NOVEMBER, entry: 'data-bundle|team|own|self|100|50|50' },
      { periodStartDay: NOVEMBER, entry: 'data-bundle|A|own|self|80|50|50' },
      { periodStartDay: NOVEMBER, entry: 'data-bundle|A|own|self|100|50|50' },
    ],
  }
  const rater = createRater(alone)
  const call = (who: string, quantity: number) =>
    alone.usage(who, 'call', { startMs: NOON, quantity })
  for (const request of rater.missingBalances([call('A', 1)])) rater.restore(request, old)
  expect(rater.rate(call('A', 20), NOON)).toMatchObject({
    takeKeys: [`pool|team|${NOVEMBER}|group`],
    takeQuantities: [15],
    crossings: ['group-bundle|team|pool|group|100|100|100'],
  })
  expect(rater.rate(call('team', 50), NOON)).toMatchObject({
    takeKeys: [`pool|team|${NOVEMBER}|subscription`],
    takeQuantities: [50],
    crossings: ['group-bundle|team|pool|subscription|80|90|100'],
  })
})
