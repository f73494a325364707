/** Random rates and allowances for property tests: small enough to walk by hand, odd enough to hurt. */
import * as fc from 'fast-check'
import type { Allowance, CumulativeModel, Rate } from '../../src/catalogue/catalogue.ts'
import type { RateStep, Tier, TimeBand } from '../../src/catalogue/catalogue.ts'
import { createAllowance, createRate } from './world.ts'

/** Up to nine decimals, never negative. */
export const priceText = fc
  .tuple(fc.nat({ max: 5 }), fc.nat({ max: 999_999_999 }), fc.nat({ max: 9 }))
  .map(([whole, fraction, decimals]) => {
    const digits = String(fraction).padStart(9, '0').slice(0, decimals)
    return digits === '' ? String(whole) : `${whole}.${digits}`
  })

/** At most six decimals, as fees have. */
const amountText = priceText.map((text) => text.slice(0, text.indexOf('.') + 7 || undefined))

const steps: fc.Arbitrary<RateStep[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 90 }),
      price: priceText,
      per: fc.constantFrom(1, 6, 7, 30, 60, 1024),
      increment: fc.constantFrom(1, 6, 7, 30, 60),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((drafts) => {
    let from = 0
    return drafts.map(({ gap, ...step }, index) => {
      if (index > 0) from += gap
      return { ...step, from }
    })
  })

const band: fc.Arbitrary<TimeBand> = fc.record({
  name: fc.constant('band'),
  days: fc.subarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 }),
  fromMinute: fc.integer({ min: 0, max: 1439 }),
  toMinute: fc.integer({ min: 1, max: 1440 }),
  connectFee: priceText,
  steps,
})

const bound = fc.option(priceText, { nil: undefined })
const component = fc.record({ connectFee: priceText, steps, minimum: bound, maximum: bound })

export const rateWithoutBands: fc.Arbitrary<Rate> = fc
  .record({
    connectFee: fc.oneof(fc.constant('0'), priceText),
    steps,
    minimum: bound,
    maximum: bound,
    decimals: fc.integer({ min: 0, max: 6 }),
    rounding: fc.constantFrom('half-up', 'up', 'down'),
    chargeZero: fc.boolean(),
    connectFeeAlways: fc.boolean(),
    information: fc.option(component, { nil: undefined }),
  })
  .map(createRate)

export const rateWithBands: fc.Arbitrary<Rate> = fc
  .record({
    rate: rateWithoutBands,
    bands: fc.array(band, { minLength: 1, maxLength: 3 }),
    split: fc.boolean(),
    holidays: fc.constantFrom('as-sunday', 'as-sunday', 'ignored'),
  })
  .map(({ rate, ...parts }) => ({ ...rate, ...parts }))

/** Instants around both clock changes of 2026, at Christmas and in between. */
export const startMs = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 2, 28), max: Date.UTC(2026, 2, 30) }),
  fc.integer({ min: Date.UTC(2026, 9, 24), max: Date.UTC(2026, 9, 26) }),
  fc.integer({ min: Date.UTC(2026, 11, 24), max: Date.UTC(2026, 11, 26) }),
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
)

export const allowances: fc.Arbitrary<Allowance[]> = fc
  .uniqueArray(
    fc.record({
      allowanceId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      amount: fc.integer({ min: 0, max: 400 }),
      increment: fc.constantFrom(1, 1, 1, 6, 60),
      priority: fc.integer({ min: 1, max: 2 }),
      scope: fc.constantFrom('own', 'group-fixed', 'group-pooled'),
      period: fc.constantFrom('billing-period', 'day'),
    }),
    { maxLength: 4, selector: ({ allowanceId }) => allowanceId },
  )
  .map((drafts) => drafts.map(createAllowance))

const period = fc.record({
  scope: fc.constantFrom('subscription' as const, 'account' as const),
  bounds: fc.option(fc.tuple(priceText, priceText), { nil: undefined }),
})

const tiers: fc.Arbitrary<Tier[]> = steps.chain((made) =>
  fc
    .array(fc.option(amountText, { nil: undefined }), {
      minLength: made.length,
      maxLength: made.length,
    })
    .map((fees) =>
      made.map(({ from, price, per }, index) => ({ from, price, per, fee: fees[index] })),
    ),
)

/** Prices for themselves, and for a percentage without what belongs to single transactions. */
export const model: fc.Arbitrary<CumulativeModel> = fc
  .tuple(
    period,
    fc.oneof(
      fc.record({ type: fc.constantFrom('graduated' as const, 'volume' as const), tiers }),
      fc.record({
        type: fc.constant('package' as const),
        price: priceText,
        size: fc.integer({ min: 1, max: 90 }),
      }),
      fc.record({
        type: fc.constant('percentage' as const),
        tiers: steps.map((made) =>
          made.map(({ from, per }) => ({ from, percentHundredths: per * 1_000 })),
        ),
        freeUnits: fc.nat({ max: 50 }),
        freeTransactions: fc.constant(0),
        fixed: fc.constant('0'),
        minimum: fc.constant(undefined),
        maximum: fc.constant(undefined),
      }),
    ),
  )
  .map(([{ scope, bounds }, price]) => {
    const [periodMinimum, periodMaximum] = (bounds ?? []).toSorted((a, b) => Number(a) - Number(b))
    return { scope, periodMinimum, periodMaximum, ...price }
  })
