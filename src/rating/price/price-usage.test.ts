import { expect, test } from 'vitest'
import { createRate, step } from '../../../test/rating/world.ts'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { compileRates, versionAt } from './compiled-rate.ts'
import { priceUsage } from './price-usage.ts'

const rates = compileRates({
  rateId: 'r',
  unit: 'second',
  versions: [
    createRate({
      toMs: 1000,
      steps: [step('0.10', 60, 60)],
      information: { connectFee: '1.30', steps: [], minimum: undefined, maximum: '1.30' },
    }),
    createRate({ fromMs: 1000, toMs: 2000, connectFee: '0.05' }),
  ],
})

function priced(instantMs: number, coveredQuantity: number, outOfBundleQuantity: number) {
  const rate = versionAt(rates, instantMs)
  if (rate === undefined) return undefined
  // What a usage before it left must not show.
  const price = {
    billedQuantity: 9,
    chargeMicros: ZERO_MICROS,
    informationChargeMicros: ZERO_MICROS,
  }
  const request = {
    startMs: instantMs,
    coveredQuantity,
    outOfBundleQuantity,
    isZeroCovered: false,
  }
  priceUsage(rate, request, undefined, price)
  return price
}

test.each([
  [999, 0, 61, { billedQuantity: 120, chargeMicros: 200_000, informationChargeMicros: 1_300_000 }],
  [999, 61, 0, { billedQuantity: 0, chargeMicros: 0, informationChargeMicros: 1_300_000 }],
  [999, 0, 0, { billedQuantity: 0, chargeMicros: 0, informationChargeMicros: 0 }],
  [1000, 0, 61, { billedQuantity: 61, chargeMicros: 50_000, informationChargeMicros: 0 }],
  [1999, 61, 0, { billedQuantity: 0, chargeMicros: 0, informationChargeMicros: 0 }],
  [2000, 0, 61, undefined],
])('at %d with %d covered and %d not', (instantMs, covered, rest, price) => {
  expect(priced(instantMs, covered, rest)).toEqual(price)
})
