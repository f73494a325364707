import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CumulativeModel } from '../../catalogue/catalogue.ts'
import { createRate } from '../../../test/rating/world.ts'
import { compileModel } from './compiled-model.ts'
import { periodEndAdjustment } from './period-end-adjustment.ts'

const tiers = [
  { from: 0, price: '0.10', per: 1 },
  { from: 100, price: '0.05', per: 1 },
  { from: 1000, price: '0.021', per: 7 },
]
const volume: CumulativeModel = { type: 'volume', scope: 'subscription', tiers }
const rounding = { decimals: 4, mode: 'half-up' } as const

test('the tier of the total applies to all of it', () => {
  const rate = createRate({ model: volume })
  const total = { outOfBundleQuantity: 120, chargeMicros: 11_000_000 }
  expect(periodEndAdjustment(rate, total)).toBe(-5_000_000) // 120 at 0.05 is 6.00, 11.00 charged.
})

test('rows and adjustment add up to the settled price, and a second adjustment is nothing', () => {
  const rate = createRate({ model: volume })
  const model = compileModel(volume, rounding)
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 400 })), (quantities) => {
      let [quantity, charge] = [0, 0]
      for (const each of quantities) {
        charge += model.charge(quantity, each)
        quantity += each
      }
      const total = { outOfBundleQuantity: quantity, chargeMicros: charge }
      const chargeMicros = charge + periodEndAdjustment(rate, total)
      expect(chargeMicros).toBe(model.settled?.(quantity))
      expect(periodEndAdjustment(rate, { ...total, chargeMicros })).toBe(0)
    }),
  )
})

test('no other model is adjusted', () => {
  const total = { outOfBundleQuantity: 10, chargeMicros: 1 }
  expect(periodEndAdjustment(createRate({}), total)).toBe(0)
  const model = { type: 'graduated', scope: 'account', tiers } as const
  expect(periodEndAdjustment(createRate({ model }), total)).toBe(0)
})

test('graduated and package charges depend only on the total, however it is cut', () => {
  const models: CumulativeModel[] = [
    { type: 'graduated', scope: 'subscription', tiers },
    { type: 'package', scope: 'subscription', price: '5', size: 70 },
  ]
  fc.assert(
    fc.property(fc.constantFrom(...models), fc.array(fc.nat({ max: 400 })), (model, quantities) => {
      const compiled = compileModel(model, rounding)
      let [quantity, charge] = [0, 0]
      for (const each of quantities) {
        charge += compiled.charge(quantity, each)
        quantity += each
      }
      expect(charge).toBe(compiled.charge(0, quantity))
    }),
  )
})
