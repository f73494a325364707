import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addMicros,
  divideBig,
  micros,
  microsFromDecimal,
  microsToDecimal,
  negateMicros,
  roundQuotient,
  roundToCents,
  shareInCents,
} from './money.ts'

const amount = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })

test.each`
  text                   | count
  ${'0'}                 | ${0}
  ${'0.0725'}            | ${72_500}
  ${'12.50'}             | ${12_500_000}
  ${'-3.000001'}         | ${-3_000_001}
  ${'9007199254.740991'} | ${9_007_199_254_740_991}
`('"$text" is $count micros', ({ text, count }) => {
  expect(microsFromDecimal(text)).toBe(count)
})

test.each(['', '1,50', '1e3', '.5', '5.', '0x10', ' 1', '0.0000001', '9007199254.740992'])(
  'the amount "%s" is refused, not rounded',
  (text) => expect(() => microsFromDecimal(text)).toThrow(),
)

test('overflow throws instead of losing digits', () => {
  const largest = micros(Number.MAX_SAFE_INTEGER)
  expect(() => addMicros(largest, micros(1))).toThrow(/not an exact count/)
  expect(() => micros(0.5)).toThrow()
})

test.each`
  count     | cents
  ${4_999}  | ${0}
  ${5_000}  | ${10_000}
  ${-5_000} | ${-10_000}
  ${-4_999} | ${0}
  ${14_999} | ${10_000}
  ${15_000} | ${20_000}
`('$count micros is $cents in whole cents, halves away from zero', ({ count, cents }) => {
  expect(roundToCents(micros(count))).toBe(cents)
})

test('21 % of 10.05 is 2.11, and of its credit exactly the opposite', () => {
  const vat = { numerator: 21, denominator: 100 }
  expect(shareInCents(microsFromDecimal('10.05'), vat)).toBe(2_110_000)
  expect(shareInCents(microsFromDecimal('-10.05'), vat)).toBe(-2_110_000)
})

test('no decimals are dropped silently when an amount is written', () => {
  expect(microsToDecimal(micros(1_500_000), 2)).toBe('1.50')
  expect(microsToDecimal(micros(-10_000), 2)).toBe('-0.01')
  expect(microsToDecimal(micros(7_000_000), 0)).toBe('7')
  expect(() => microsToDecimal(micros(1), 2)).toThrow(/does not fit/)
})

test('writing and reading an amount gives the amount', () => {
  fc.assert(
    fc.property(amount, (count) => microsFromDecimal(microsToDecimal(micros(count))) === count),
  )
})

test('a credit is the exact negative of its charge', () => {
  fc.assert(
    fc.property(amount, (count) => {
      const charge = roundToCents(micros(count))
      const credit = roundToCents(negateMicros(micros(count)))
      return charge + credit === 0
    }),
  )
})

test('division rounds as decimal.js does, for safe and for big numerators', () => {
  const modes = {
    'half-up': Decimal.ROUND_HALF_UP,
    up: Decimal.ROUND_UP,
    down: Decimal.ROUND_DOWN,
  } as const
  const Exact = Decimal.clone({ precision: 60 })
  fc.assert(
    fc.property(
      amount,
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.constantFrom('half-up' as const, 'up' as const, 'down' as const),
      (numerator, denominator, mode) => {
        const oracle = new Exact(numerator).div(denominator).toDecimalPlaces(0, modes[mode])
        const fast = roundQuotient({ numerator, denominator, mode, times: 1 })
        expect(fast).toBe(oracle.toNumber() + 0)
        expect(divideBig(BigInt(numerator), BigInt(denominator), mode)).toBe(BigInt(fast))
      },
    ),
  )
})

test('a decimal is read as arithmetic of decimals reads it', () => {
  const whole = digits({ minLength: 1, maxLength: 9 })
  const fractions = digits({ minLength: 0, maxLength: 6 })
  fc.assert(
    fc.property(fc.boolean(), whole, fractions, (isBelow, units, fraction) => {
      const text = `${isBelow ? '-' : ''}${units}${fraction === '' ? '' : `.${fraction}`}`
      const exact = new Decimal(text).times(1_000_000).toNumber()
      expect(microsFromDecimal(text)).toBe(exact === 0 ? 0 : exact)
    }),
  )
})

function digits(length: { minLength: number; maxLength: number }): fc.Arbitrary<string> {
  return fc.string({ unit: fc.nat(9).map(String), ...length })
}
