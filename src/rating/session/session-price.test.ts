import { expect, test } from 'vitest'
import { ZERO_MICROS } from '../../core/money.ts'
import { createRate, step } from '../../../test/rating/world.ts'
import { compileRates } from '../price/compiled-rate.ts'
import { createSession, pricePart, rateWithPart } from './session-price.ts'

const [rate] = compileRates({
  rateId: 'r',
  unit: 'byte',
  versions: [createRate({ connectFee: '0.05', steps: [step('0.10', 100, 100)] })],
}).versions

test('a part costs what the session so far costs, less what was charged and paid by credit', () => {
  if (rate === undefined) throw new Error('one version was given')
  const session = createSession(1000, rate)
  session.quantity = 150
  session.outOfBundleQuantity = 150
  session.billedQuantity = 200
  session.chargeMicros = 150_000
  session.moneyTakenMicros = 100_000
  const price = {
    billedQuantity: 0,
    chargeMicros: ZERO_MICROS,
    informationChargeMicros: ZERO_MICROS,
  }
  const part = { startMs: 2000, rate, quantity: 60, outOfBundleQuantity: 60 }
  pricePart(session, part, undefined, price)
  expect(price).toEqual({ billedQuantity: 100, chargeMicros: 100_000, informationChargeMicros: 0 })
})

test('the earliest part gives start and rate', () => {
  if (rate === undefined) throw new Error('one version was given')
  const other = { ...rate, rateId: 'other' }
  const session = createSession(1000, rate)
  const part = { startMs: 1000, rate: other, quantity: 1, outOfBundleQuantity: 1 }
  expect(rateWithPart(session, part)).toMatchObject({ startMs: 1000, rate: { rateId: 'r' } })
  expect(rateWithPart(session, { ...part, startMs: 999 }).rate.rateId).toBe('other')
})
