/** A session goes on in a catalogue that does not have its allowances any more. */
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { rateWithBands, rateWithoutBands } from '../../../test/rating/arbitrary-rate.ts'
import { sumRows } from '../../../test/rating/ledger-sums.ts'
import { oraclePrice } from '../../../test/rating/oracle.ts'
import { createWorld, step } from '../../../test/rating/world.ts'
import type { Allowance, Rate } from '../../catalogue/catalogue.ts'
import type { RatedUsage } from '../../core/usage/ledger-row.ts'
import { createRater } from '../create-rater.ts'

vi.setConfig({ testTimeout: 600_000 })
const numRuns = Number(process.env['RATING_RUNS'] ?? 150)
const NOON = Date.UTC(2026, 10, 10, 11)
const NOVEMBER = 20_758
const REQUEST = { accountId: 'acc', fromPeriodStartDay: NOVEMBER, toPeriodStartDay: NOVEMBER }
type Offered = Partial<Allowance> & { readonly allowanceId: string }

function worldOf(rate: Partial<Rate>, allowances: readonly Offered[]) {
  const allowanceIds = allowances.map(({ allowanceId }) => allowanceId)
  return createWorld({
    rates: { r: [rate] },
    allowances,
    plans: { plan: { rates: { call: 'r' }, allowanceIds } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
}

/** Rates the parts with the allowances, and the last one without them, by another rater. */
function rateAcross(
  rate: Partial<Rate>,
  allowances: readonly Offered[],
  parts: readonly { readonly startMs: number; readonly quantity: number }[],
): { before: RatedUsage[]; last: RatedUsage } {
  const world = worldOf(rate, allowances)
  const rater = createRater(world)
  const usages = parts.map((part) => world.usage('A', 'call', { ...part, sessionKey: 's' }))
  const rows = usages.slice(0, -1).map((usage) => {
    return { usage, rated: structuredClone(rater.rate(usage, NOON)) }
  })
  const next = createRater(worldOf(rate, []))
  next.restore(REQUEST, sumRows(rows, REQUEST))
  const last = structuredClone(next.rate(usages.at(-1)!, NOON))
  return { before: rows.map(({ rated }) => rated), last }
}

const at = (minutes: number, quantity: number) => ({ startMs: NOON + minutes * 60_000, quantity })
const CREDIT = { allowanceId: 'credit', unit: 'money', amount: 5_000_000 } as const
const tenCents = { steps: [step('0.10')] }

describe('what was taken from an allowance that has left the catalogue', () => {
  test('as money is paid, and no unit of it is free', () => {
    const { before, last } = rateAcross(tenCents, [CREDIT], [at(0, 10), at(1, 10)])
    expect(before).toMatchObject([{ takeQuantities: [1_000_000], chargeMicros: 0 }])
    expect(last).toMatchObject({ outOfBundleQuantity: 10, chargeMicros: 1_000_000 })
  })

  test('as units is covered, and what was counted ahead of the need is used up first', () => {
    const bundle = { allowanceId: 'own', amount: 300, increment: 30 }
    const { before, last } = rateAcross(tenCents, [bundle], [at(0, 45), at(1, 25)])
    expect(before).toMatchObject([{ takeQuantities: [60], chargeMicros: 0 }])
    expect(last).toMatchObject({ outOfBundleQuantity: 10, chargeMicros: 1_000_000 })
  })

  test('as both is each of them', () => {
    const bundle = { allowanceId: 'own', amount: 10 }
    const { before, last } = rateAcross(tenCents, [bundle, CREDIT], [at(0, 30), at(1, 10)])
    expect(before).toMatchObject([{ takeQuantities: [10, 2_000_000], chargeMicros: 0 }])
    expect(last).toMatchObject({ outOfBundleQuantity: 10, chargeMicros: 1_000_000 })
  })

  test('at a cumulative price is no free unit either', () => {
    const tiers = [{ from: 0, price: '0.10', per: 1 }]
    const model = { type: 'graduated', scope: 'subscription', tiers } as const
    const { last } = rateAcross({ model }, [CREDIT], [at(0, 10), at(1, 10)])
    expect(last).toMatchObject({ outOfBundleQuantity: 10, chargeMicros: 1_000_000 })
  })

  test('gets back what an earlier part makes cheaper, and no charge falls below nothing', () => {
    const night = { name: 'night', days: [1, 2, 3, 4, 5, 6, 7], connectFee: '0' }
    const bands = [{ ...night, fromMinute: 0, toMinute: 719, steps: [step('0.02')] }]
    const rate = { ...tenCents, bands }
    const { last } = rateAcross(rate, [CREDIT], [at(0, 10), at(-60, 10)])
    expect(last).toMatchObject({ takeQuantities: [-600_000], chargeMicros: 0 })
  })
})

const bundles = fc.uniqueArray(
  fc.record({
    allowanceId: fc.constantFrom('a', 'b', 'c'),
    unit: fc.constantFrom('second' as const, 'money' as const),
    amount: fc.nat({ max: 400 }),
    increment: fc.constantFrom(1, 6, 60),
  }),
  { maxLength: 3, selector: ({ allowanceId }) => allowanceId },
)
const parts = fc.array(
  fc.record({ startMs: fc.integer({ min: NOON, max: NOON + 7_200_000 }), quantity: fc.nat(90) }),
  { minLength: 2, maxLength: 5 },
)

test('the session costs what it costs as a whole, whatever paid for it before', () => {
  let paidCount = 0
  fc.assert(
    fc.property(fc.oneof(rateWithoutBands, rateWithBands), bundles, parts, (rate, drafts, all) => {
      const allowances = drafts.map(({ amount, increment, ...rest }) => {
        if (rest.unit === 'second') return { ...rest, amount, increment }
        return { ...rest, amount: amount * 10_000, increment: 1 }
      })
      const { before, last } = rateAcross(rate, allowances, all)
      const sums = { rest: 0, charge: 0, money: 0, units: 0 }
      for (const row of [...before, last]) {
        sums.rest += row.outOfBundleQuantity
        sums.charge += row.chargeMicros
        row.takeKeys.forEach((key, index) => {
          const isMoney = allowances.find(({ allowanceId }) => key.startsWith(`${allowanceId}|`))
          const what = isMoney?.unit === 'money' ? 'money' : 'units'
          sums[what] += row.takeQuantities[index] ?? 0
        })
      }
      if (sums.money > 0) paidCount += 1
      const quantity = all.reduce((sum, part) => sum + part.quantity, 0)
      expect(quantity - sums.rest).toBeLessThanOrEqual(sums.units) // Nothing is free by it.
      expect(sums.charge).toBeGreaterThanOrEqual(0)
      if (quantity === 0) return // Who pays for nothing is another rule.
      const startMs = Math.min(...all.map((part) => part.startMs))
      const whole = { startMs, covered: quantity - sums.rest, rest: sums.rest }
      expect(String(sums.charge + sums.money)).toBe(oraclePrice(rate, whole).charge)
    }),
    { numRuns },
  )
  expect(paidCount).toBeGreaterThan(0)
})
