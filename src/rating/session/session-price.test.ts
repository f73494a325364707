import { expect, test } from 'vitest'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { createHome, createSums, NO_SLOT } from '../memory/sums.ts'
import { createRate, step } from '../../../test/rating/world.ts'
import { compileRates } from '../price/compiled-rate.ts'
import { isEarliestPart, pricePart } from './session-price.ts'
import { createSession, SESSION } from './session-record.ts'

const [rate] = compileRates({
  rateId: 'r',
  unit: 'byte',
  versions: [createRate({ connectFee: '0.05', steps: [step('0.10', 100, 100)] })],
}).versions

const seen = { startMs: 1000, pricing: 0, useSlot: 0, keyNumber: 0, previous: NO_SLOT }

test('a part costs what the session so far costs, less what was charged and paid by credit', () => {
  if (rate === undefined) throw new Error('one version was given')
  const sums = createSums()
  const session = createSession(sums, createHome(), seen)
  sums.values[session + SESSION.quantity] = 150
  sums.values[session + SESSION.outOfBundleQuantity] = 150
  sums.values[session + SESSION.billedQuantity] = 200
  sums.values[session + SESSION.chargeMicros] = 150_000
  sums.values[session + SESSION.moneyTakenMicros] = 100_000
  const price = {
    billedQuantity: 0,
    chargeMicros: ZERO_MICROS,
    informationChargeMicros: ZERO_MICROS,
  }
  const part = { startMs: 2000, quantity: 60, outOfBundleQuantity: 60, isZeroCovered: false }
  pricePart(sums.values, session, part, rate, undefined, price)
  expect(price).toEqual({ billedQuantity: 100, chargeMicros: 100_000, informationChargeMicros: 0 })
})

test('only a part that began before all others is the earliest', () => {
  const sums = createSums()
  const session = createSession(sums, createHome(), seen)
  expect(isEarliestPart(sums.values, session, { startMs: 999 })).toBe(true)
  expect(isEarliestPart(sums.values, session, { startMs: 1000 })).toBe(false)
})
