/** Sessions that bundles and credit pay for: in any order of the parts nothing differs. */
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { rateWithBands } from './arbitrary-rate.ts'
import { oraclePrice } from './oracle.ts'
import { createAllowance, createWorld } from './world.ts'
import type { Allowance, Rate } from '../../src/catalogue/catalogue.ts'
import { createRater } from '../../src/rating/create-rater.ts'

vi.setConfig({ testTimeout: 600_000 })
const numRuns = Number(process.env['RATING_RUNS'] ?? 150)
const DAY_START_MS = Date.UTC(2026, 10, 9, 23)
const CREDIT_UNIT_MICROS = 10_000

/** Of one day, since what another day's pass had covered is not the same in another order. */
const parts = fc.array(
  fc.record({
    startMs: fc.integer({ min: DAY_START_MS, max: DAY_START_MS + 86_399_000 }),
    quantity: fc.nat({ max: 90 }),
  }),
  { minLength: 1, maxLength: 7 },
)
const partsInTwoOrders = parts.chain((each) =>
  fc.tuple(
    fc.constant(each),
    fc.shuffledSubarray(each, { minLength: each.length, maxLength: each.length }),
  ),
)

const bundles = fc
  .uniqueArray(
    fc.record({
      allowanceId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      unit: fc.constantFrom('second', 'money'),
      amount: fc.nat({ max: 400 }),
      increment: fc.constantFrom(1, 6, 60),
      priority: fc.integer({ min: 1, max: 2 }),
      period: fc.constantFrom('billing-period', 'day'),
    }),
    { maxLength: 5, selector: ({ allowanceId }) => allowanceId },
  )
  .map((drafts) => drafts.map(bundleOf))

function bundleOf(
  draft: Pick<Allowance, 'allowanceId' | 'unit' | 'amount' | 'increment'>,
): Allowance {
  if (draft.unit !== 'money') return createAllowance(draft)
  return createAllowance({ ...draft, amount: draft.amount * CREDIT_UNIT_MICROS, increment: 1 })
}

test('the sums are the same in any order of the parts, and never less than nothing', () => {
  let givenBackCount = 0
  fc.assert(
    fc.property(rateWithBands, bundles, partsInTwoOrders, (rate, offered, [one, other]) => {
      const sums = rateParts(rate, offered, one, () => (givenBackCount += 1))
      expect(rateParts(rate, offered, other)).toEqual(sums)
      const covered = one.reduce((sum, { quantity }) => sum + quantity, -sums.rest)
      if (covered + sums.rest === 0) return // Who pays for nothing is another rule.
      const startMs = Math.min(...one.map((part) => part.startMs))
      const expected = oraclePrice(rate, { startMs, covered, rest: sums.rest })
      expect(String(sums.charge + sums.credit)).toBe(expected.charge)
      expect(String(sums.information)).toBe(expected.information)
    }),
    { numRuns: numRuns * 4 },
  )
  expect(givenBackCount).toBeGreaterThan(0)
})

/** The sums of one session; none of them may fall below zero on the way. */
function rateParts(
  rate: Rate,
  offered: readonly Allowance[],
  inOrder: readonly { readonly startMs: number; readonly quantity: number }[],
  noteGivenBack: () => unknown = () => undefined,
) {
  const allowanceIds = offered.map(({ allowanceId }) => allowanceId)
  const world = createWorld({
    rates: { r: [rate] },
    allowances: offered,
    plans: { plan: { rates: { call: 'r' }, allowanceIds } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const moneyIds = offered.filter(({ unit }) => unit === 'money').map((each) => each.allowanceId)
  const rater = createRater(world)
  const sums = { charge: 0, information: 0, billed: 0, rest: 0, credit: 0 }
  const takes: Record<string, number> = {}
  for (const part of inOrder) {
    const usage = world.usage('A', 'call', { ...part, sessionKey: 's' })
    const rated = rater.rate(usage, DAY_START_MS)
    sums.charge += rated.chargeMicros
    sums.information += rated.informationChargeMicros
    sums.billed += rated.billedQuantity
    sums.rest += rated.outOfBundleQuantity
    rated.takeKeys.forEach((key, index) => {
      const taken = rated.takeQuantities[index] ?? 0
      takes[key] = (takes[key] ?? 0) + taken
      if (moneyIds.some((id) => key.startsWith(`${id}|`))) sums.credit += taken
      if (taken < 0) noteGivenBack()
    })
    for (const each of [sums.charge, sums.information, ...Object.values(takes)]) {
      expect(each).toBeGreaterThanOrEqual(0)
    }
  }
  const left = Object.entries(takes).filter(([, taken]) => taken !== 0)
  return { ...sums, takes: Object.fromEntries(left) }
}
