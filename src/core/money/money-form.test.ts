import { expect, test } from 'vitest'
import { money, moneyOf } from './money-form.ts'
import { micros } from './money.ts'

test.each([
  [200_000, '0.20'],
  [0, '0.00'],
  [1, '0.000001'],
  [-10_200, '-0.0102'],
  [1_234_500_000, '1234.50'],
])('%d micros are %s EUR, exact and without zeros beyond cents', (amount, text) => {
  expect(moneyOf(micros(amount))).toEqual({ amount: text, currency: 'EUR' })
  expect(money.safeParse(moneyOf(micros(amount))).success).toBe(true)
})
