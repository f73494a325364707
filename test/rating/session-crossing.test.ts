/**
 * Sessions that cross from one rate or version to another, cumulative or not, with bundles and credit: in
 * any order of the parts their sums are the same, and so is everything that is used after them.
 */
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { model, rateWithBands, rateWithoutBands } from './arbitrary-rate.ts'
import { oraclePrice } from './oracle.ts'
import { oracleTotal } from './oracle-model.ts'
import { createAllowance, createRate, createWorld } from './world.ts'
import type { Allowance, Rate } from '../../src/catalogue/catalogue.ts'
import { createRater } from '../../src/rating/create-rater.ts'

vi.setConfig({ testTimeout: 600_000 })
const numRuns = Number(process.env['RATING_RUNS'] ?? 150)
const DAY_START_MS = Date.UTC(2026, 10, 9, 23)
const momentOfDay = fc.integer({ min: DAY_START_MS, max: DAY_START_MS + 86_399_000 })
const usage = fc.record({ startMs: momentOfDay, quantity: fc.nat({ max: 90 }) })
type Part = { readonly startMs: number; readonly quantity: number }

/** Priced by the total of the period; a transaction of a percentage is priced by itself. */
const cumulative = fc
  .tuple(model, fc.integer({ min: 0, max: 6 }))
  .filter(([of]) => of.type !== 'percentage' || of.periodMinimum !== undefined)
  .map(([of, decimals]) => createRate({ model: of, decimals }))
const anyRate = fc.oneof(rateWithoutBands, rateWithBands, cumulative, cumulative)

interface Offered {
  /** One after the other: the first rate's versions until the plan changes, then the other's. */
  readonly rates: readonly [Rate, Rate, Rate, Rate]
  /** When the first rate changes, the plan, and the second rate. */
  readonly changesMs: readonly [number, number, number]
  readonly allowances: readonly Allowance[]
}

const offered: fc.Arbitrary<Offered> = fc.record({
  rates: fc.tuple(anyRate, anyRate, anyRate, anyRate),
  changesMs: fc
    .tuple(momentOfDay, momentOfDay, momentOfDay)
    .map(([one, two, three]): [number, number, number] => {
      const [first = 0, second = 0, third = 0] = [one, two, three].sort((a, b) => a - b)
      return [first, second, third]
    }),
  allowances: fc
    .uniqueArray(
      fc.record({
        allowanceId: fc.constantFrom('a', 'b', 'c'),
        unit: fc.constantFrom('second' as const, 'money' as const),
        amount: fc.nat({ max: 300 }),
        increment: fc.constantFrom(1, 6, 60),
      }),
      { maxLength: 2, selector: ({ allowanceId }) => allowanceId },
    )
    .map((drafts) =>
      drafts.map(({ amount, increment, ...rest }) =>
        rest.unit === 'second'
          ? createAllowance({ ...rest, amount, increment })
          : createAllowance({ ...rest, amount: amount * 10_000 }),
      ),
    ),
})

const session = fc.array(usage, { minLength: 2, maxLength: 6 })
const inTwoOrders = session.chain((parts) =>
  fc.tuple(
    fc.constant(parts),
    fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length }),
  ),
)

test('the sums are the same in any order of the parts, and so is what is used after them', () => {
  let crossedCount = 0
  fc.assert(
    fc.property(offered, usage, inTwoOrders, fc.array(usage), (of, before, [one, other], after) => {
      const startMs = Math.min(...one.map((part) => part.startMs))
      const rates = new Set(one.map((part) => rateAt(of, part.startMs)))
      const rate = rateAt(of, startMs)
      if (rate.model?.type === 'volume') return // Order matters until it is settled.
      if (rates.size > 1) crossedCount += 1
      const { sums, rows } = rateAll(of, before, one, after)
      expect(rateAll(of, before, other, after)).toEqual({ sums, rows })
      expect(sums.charge).toBeGreaterThanOrEqual(0)
      const quantity = one.reduce((sum, part) => sum + part.quantity, 0)
      if (quantity === 0) return // Who pays for nothing is another rule.
      const covered = quantity - sums.rest
      const expected = expectedPrice(of, { startMs, covered, rest: sums.rest, before, rows })
      expect(String(sums.charge + sums.credit)).toBe(expected)
    }),
    { numRuns: numRuns * 4 },
  )
  expect(crossedCount).toBeGreaterThan(0)
})

function rateAt({ rates, changesMs }: Offered, atMs: number): Rate {
  return rates[changesMs.filter((changeMs) => changeMs <= atMs).length] ?? rates[3]
}

/** A session that a model prices costs what the period's total costs more with it. */
function expectedPrice(
  of: Offered,
  whole: { startMs: number; covered: number; rest: number; before: Part; rows: readonly string[] },
): string {
  const { startMs, rest, before, rows } = whole
  const rate = rateAt(of, startMs)
  if (rate.model === undefined) return oraclePrice(rate, whole).charge
  const isOfRate = (atMs: number) => atMs < of.changesMs[1]
  const restBefore = Number.parseInt(rows[0] ?? '', 10)
  const position = isOfRate(before.startMs) === isOfRate(startMs) ? restBefore : 0
  const rounding = { decimals: rate.decimals, mode: rate.rounding }
  const costs = (total: number) => BigInt(oracleTotal(rate.model!, rounding, total))
  return String(costs(position + rest) - costs(position))
}

/** Sums of the session, and a line for each usage beside it. */
function rateAll(of: Offered, before: Part, parts: readonly Part[], after: readonly Part[]) {
  const { rates, changesMs, allowances } = of
  const allowanceIds = allowances.map(({ allowanceId }) => allowanceId)
  const [firstMs, planMs, secondMs] = changesMs
  const world = createWorld({
    rates: {
      r: [
        { ...rates[0], toMs: firstMs },
        { ...rates[1], fromMs: firstMs },
      ],
      q: [
        { ...rates[2], toMs: secondMs },
        { ...rates[3], fromMs: secondMs },
      ],
    },
    allowances,
    plans: {
      first: { rates: { call: 'r' }, allowanceIds },
      second: { rates: { call: 'q' }, allowanceIds },
    },
    subscriptions: [
      {
        subscriptionId: 'A',
        plans: [
          { planId: 'first', fromMs: 0, toMs: planMs },
          { planId: 'second', fromMs: planMs, toMs: Infinity },
        ],
      },
    ],
  })
  const rater = createRater(world)
  const sums = { charge: 0, information: 0, billed: 0, rest: 0, credit: 0 }
  const takes: Record<string, number> = {}
  const rows: string[] = []
  const rate = (part: Part, sessionKey: string): void => {
    const rated = rater.rate(world.usage('A', 'call', { ...part, sessionKey }), DAY_START_MS)
    if (sessionKey === '') {
      const { outOfBundleQuantity, chargeMicros, billedQuantity, takeQuantities } = rated
      rows.push([outOfBundleQuantity, chargeMicros, billedQuantity, ...takeQuantities].join(' '))
      return
    }
    sums.charge += rated.chargeMicros
    sums.information += rated.informationChargeMicros
    sums.billed += rated.billedQuantity
    sums.rest += rated.outOfBundleQuantity
    rated.takeKeys.forEach((key, index) => {
      const taken = rated.takeQuantities[index] ?? 0
      const allowance = allowances.find(({ allowanceId }) => key.startsWith(`${allowanceId}|`))
      takes[key] = (takes[key] ?? 0) + taken
      if (allowance?.unit === 'money') sums.credit += taken
    })
    for (const each of [sums.charge, sums.information, ...Object.values(takes)]) {
      expect(each).toBeGreaterThanOrEqual(0)
    }
  }
  rate(before, '')
  for (const part of parts) rate(part, 's')
  for (const each of after) rate(each, '')
  const left = Object.entries(takes).filter(([, taken]) => taken !== 0)
  return { sums: { ...sums, takes: Object.fromEntries(left) }, rows }
}
