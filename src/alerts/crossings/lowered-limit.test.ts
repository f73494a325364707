/** A lowered limit crosses exactly what rating would report with the next usage, under the same key. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LimitSetting } from '../../core/accounts/accounts.ts'
import { crossingKey } from '../../core/usage/ids.ts'
import { createLimitIndex } from '../../limits/effective-limit.ts'
import { createRater } from '../../rating/create-rater.ts'
import { parseTime } from '../../../test/rating/parse-world.ts'
import { ALWAYS, createWorld, step, type WorldParts } from '../../../test/rating/world.ts'
import { fromCrossingEntry } from './crossing.ts'
import { crossedNow } from './lowered-limit.ts'

const MB = 1_048_576
const NOON_MS = parseTime('2026-11-21 12:00')
const CODES = [
  ['account-total', ''],
  ['subscription-total', ''],
  ['national-data', ''],
  ['roaming-spend', ''],
  ['sim-cap', 'data'],
  ['module-volume', 'module'],
] as const

const PARTS: WorldParts = {
  callTypes: [
    { id: 'data', kind: 'data', counts: 'national-data' },
    { id: 'roaming', kind: 'data', counts: 'roaming-data' },
  ],
  rates: { paid: [{ steps: [step('1', MB, MB)] }] },
  units: { paid: 'byte' },
  plans: { plan: { rates: { data: 'paid', roaming: 'paid' } } },
  modules: { module: { limit: { unit: 'byte', step: MB, callTypes: ['roaming'] } } },
  subscriptions: [{ subscriptionId: 'a', modules: [{ moduleId: 'module', ...ALWAYS }] }],
}

test('the sums and levels are those of rating', () => {
  const limit = fc.record({
    which: fc.constantFrom(...CODES),
    scopeId: fc.constantFrom('acc', 'a'),
    amount: fc.integer({ min: 0, max: 120 }),
    levels: fc.constantFrom('', '50', '30,80,+3000000'),
  })
  fc.assert(
    fc.property(
      fc.nat({ max: 120 }),
      fc.nat({ max: 120 }),
      fc.uniqueArray(limit, {
        maxLength: 6,
        selector: ({ which, scopeId }) => which.join() + scopeId,
      }),
      (dataMegabytes, roamingMegabytes, drafts) => {
        const limits = drafts.map((draft): LimitSetting => {
          const {
            which: [code, subject],
            scopeId,
            amount,
            levels,
          } = draft
          const isVolume = code === 'sim-cap' || code === 'module-volume'
          const scope = code === 'account-total' ? 'acc' : scopeId
          const scopeKind = scope === 'acc' ? 'account' : 'subscription'
          const rest = { scopeKind, action: 'notify', ...ALWAYS } as const
          return {
            code,
            subject,
            scopeId: scope,
            amount: amount * (isVolume ? MB : 1_000_000),
            levels,
            ...rest,
          }
        })
        const used: [string, number][] = [
          ['data', dataMegabytes],
          ['roaming', roamingMegabytes],
        ]
        expect(lowered(used, limits)).toEqual(ratedNext(used, limits))
      },
    ),
  )
})

/** Keys that the change of the limits crosses. */
function lowered(used: readonly [string, number][], limits: readonly LimitSetting[]): string[] {
  const world = createWorld(PARTS)
  const directory = { ...world.directory, limits }
  const totals = totalsOf(used)
  const own = { accountId: 'acc', totals, atMs: NOON_MS, limits: createLimitIndex(directory) }
  const crossed = crossedNow({ ...world, directory }, own)
  return crossed.map(crossingKey).sort()
}

/** Keys that a rater with the new limits reports when a usage of nothing comes. */
function ratedNext(used: readonly [string, number][], limits: readonly LimitSetting[]): string[] {
  const world = createWorld({ ...PARTS, limits })
  const rater = createRater(world)
  rater.restore(REQUEST, totalsOf(used))
  const entries = used
    .filter(([, megabytes]) => megabytes > 0)
    .flatMap(([callType]) => [
      ...rater.rate(world.usage('a', callType, { startMs: NOON_MS, quantity: 0 }), NOON_MS)
        .crossings,
    ])
  return entries.map((entry) => crossingKey(fromCrossingEntry(entry))).sort()
}

const REQUEST = { accountId: 'acc', fromPeriodStartDay: 20_758, toPeriodStartDay: 20_758 }

function totalsOf(used: readonly [string, number][]) {
  const world = createWorld({
    ...PARTS,
    limits: [{ code: 'roaming-spend', scopeId: 'acc', amount: 0 }],
  })
  const rater = createRater(world)
  rater.restore(REQUEST, { takes: [], usage: [], sessions: [], crossings: [] })
  for (const [callType, megabytes] of used) {
    const usage = { startMs: NOON_MS, quantity: megabytes * MB }
    rater.rate(world.usage('a', callType, usage), NOON_MS)
  }
  return rater.totals(REQUEST)
}

test('an unknown account has crossed nothing', () => {
  const world = createWorld(PARTS)
  const totals = totalsOf([['data', 100]])
  const limits = createLimitIndex(world.directory)
  expect(crossedNow(world, { accountId: 'nobody', totals, atMs: NOON_MS, limits })).toEqual([])
})
