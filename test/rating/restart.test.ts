/**
 * A rater that is rebuilt from sums of its rows goes on as if nothing had happened, wherever the
 * log was cut; and its own totals are those sums.
 */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { comparable, copyOf, sumRows, type RatedRow } from './ledger-sums.ts'
import { parseWorld } from './parse-world.ts'
import { createWorld } from './world.ts'
import type { Usage } from '../../src/core/usage/usage.ts'
import { createRater } from '../../src/rating/create-rater.ts'
import type { Rater } from '../../src/rating/rater.ts'

const DAY_MS = 86_400_000
vi.setConfig({ testTimeout: 600_000 })
const numRuns = Number(process.env['RATING_RUNS'] ?? 60)
const world = createWorld(
  parseWorld(readFileSync('fixtures/rating/everything.world', 'utf8').trim().split('\n')),
)
const ALL_PERIODS = ['acc', 'other'].map((accountId) => ({
  accountId,
  fromPeriodStartDay: 20_600,
  toPeriodStartDay: 20_900,
}))

const anyUsage = fc.record({
  who: fc.constantFrom('A', 'B', 'C', 'V', 'O'),
  callType: fc.constantFrom(
    'call',
    'premium',
    'data',
    'data',
    'abroad',
    'turning',
    'sms',
    'content',
  ),
  startMs: fc.integer({ min: Date.UTC(2026, 9, 20), max: Date.UTC(2026, 11, 10) }),
  quantity: fc.oneof(fc.nat({ max: 10 }), fc.nat({ max: 400 })),
  session: fc.constantFrom('', '', 's1', 's2'),
})
/** One account's sessions of a month in which their rate turns cumulative, becomes another, and turns back. */
const crossing = fc.record({
  who: fc.constantFrom('A', 'B'),
  callType: fc.constant('turning'),
  startMs: fc.integer({ min: Date.UTC(2026, 10, 2), max: Date.UTC(2026, 10, 29) }),
  quantity: fc.nat({ max: 400 }),
  session: fc.constantFrom('', 's1', 's2'),
})
const log = fc
  .oneof(
    fc.array(anyUsage, { minLength: 2, maxLength: 60 }),
    fc.array(crossing, { minLength: 2, maxLength: 16 }),
  )
  .map((usages) =>
    usages.map(({ who, callType, startMs, quantity, session: sessionKey }) =>
      world.usage(who, callType, { startMs, quantity, sessionKey }),
    ),
  )

/** Rates as the pipeline does: what is missing is restored from the rows so far. */
function rateAll(rater: Rater, usages: readonly Usage[], before: readonly RatedRow[]): RatedRow[] {
  const rows = [...before]
  return usages.map((usage, index) => {
    const [request, ...others] = rater.missingBalances([usage])
    for (const each of request === undefined ? [] : [request, ...others]) {
      rater.restore(each, sumRows(rows, each))
    }
    // Recorded a day after it began, and in log order; so limits and closings change on the way.
    const recordedMs = Date.UTC(2026, 9, 25) + (before.length + index) * DAY_MS
    const row = { usage, rated: copyOf(rater.rate(usage, recordedMs)) }
    rows.push(row)
    return row
  })
}

test('rating a prefix, restoring its sums and going on gives the same rows', () => {
  fc.assert(
    fc.property(log, fc.double({ min: 0, max: 1, noNaN: true }), (usages, share) => {
      const cut = Math.floor(usages.length * share)
      const whole = rateAll(createRater(world), usages, [])
      const prefix = rateAll(createRater(world), usages.slice(0, cut), [])
      const rest = rateAll(createRater(world), usages.slice(cut), prefix)
      expect([...prefix, ...rest]).toEqual(whole)
    }),
    { numRuns },
  )
})

test('a rater that gives up its balances whenever it is full rates the same rows', () => {
  let forgottenCount = 0
  fc.assert(
    fc.property(log, fc.integer({ min: 1, max: 400 }), (usages, balanceNumbersMax) => {
      const small = createRater({ ...world, balanceNumbersMax })
      const rows: RatedRow[] = []
      for (const usage of usages) {
        if (small.isFull) {
          small.forget()
          forgottenCount += 1
        }
        rows.push(...rateAll(small, [usage], rows))
      }
      expect(rows).toEqual(rateAll(createRater(world), usages, []))
    }),
    { numRuns },
  )
  expect(forgottenCount).toBeGreaterThan(0)
})

test('the totals of a rater are the sums of its rows', () => {
  fc.assert(
    fc.property(log, (usages) => {
      const rater = createRater(world)
      const rows = rateAll(rater, usages, [])
      for (const request of ALL_PERIODS) {
        expect(comparable(rater.totals(request))).toEqual(comparable(sumRows(rows, request)))
      }
    }),
    { numRuns },
  )
})

test('explaining a usage gives the row that rating it gives', () => {
  fc.assert(
    fc.property(log, (usages) => {
      const rater = createRater(world)
      for (const [index, usage] of usages.entries()) {
        const recordedMs = Date.UTC(2026, 9, 25) + index * DAY_MS
        const { result } = rater.explain(usage, recordedMs)
        expect(result).toEqual(rater.rate(usage, recordedMs))
      }
    }),
    { numRuns },
  )
})
