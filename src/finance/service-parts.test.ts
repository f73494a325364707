import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { micros, microsToDecimal, roundToCents } from '../core/money/money.ts'
import { dayFromIso, dayToIso } from '../core/time/period.ts'
import { byMonth, byWeights, deferredAt, earnedAt, type OverDays } from './service-parts.ts'

function over(from: string, to: string, cents: number): OverDays {
  return {
    fromDay: dayFromIso(from),
    toDay: dayFromIso(to),
    amountMicros: micros(cents * 10_000),
  }
}

test.each`
  from            | to              | cents  | day             | earned
  ${'2026-10-15'} | ${'2026-11-15'} | ${450} | ${'2026-10-14'} | ${'0.00'}
  ${'2026-10-15'} | ${'2026-11-15'} | ${450} | ${'2026-10-31'} | ${'2.47'}
  ${'2026-10-15'} | ${'2026-11-15'} | ${450} | ${'2026-11-14'} | ${'4.50'}
  ${'2026-11-01'} | ${'2026-12-01'} | ${450} | ${'2026-11-30'} | ${'4.50'}
  ${'2026-11-05'} | ${'2026-11-06'} | ${-10} | ${'2026-11-05'} | ${'-0.10'}
`('of $cents cents over $from..$to $earned is earned at the end of $day', (row) => {
  const at = dayFromIso(row.day)
  const sum = over(row.from, row.to, row.cents)
  expect(microsToDecimal(earnedAt(sum, at), 2)).toBe(row.earned)
  expect(earnedAt(sum, at) + deferredAt(sum, at)).toBe(sum.amountMicros)
})

const anySum = fc
  .record({
    fromDay: fc.integer({ min: 20_000, max: 21_000 }),
    days: fc.integer({ min: 1, max: 100 }),
    cents: fc.integer({ min: -100_000, max: 100_000 }),
  })
  .map(({ fromDay, days, cents }): OverDays => ({
    fromDay,
    toDay: fromDay + days,
    amountMicros: micros(cents * 10_000),
  }))

test('the months of a sum add up to it, and a month has what was earned in it', () => {
  fc.assert(
    fc.property(anySum, (sum) => {
      const months = byMonth(sum)
      expect(months.reduce((total, part) => total + part.amountMicros, 0)).toBe(sum.amountMicros)
      for (const { fromDay, toDay, amountMicros } of months) {
        expect(dayToIso(fromDay).slice(0, 7)).toBe(dayToIso(toDay - 1).slice(0, 7))
        expect(amountMicros).toBe(earnedAt(sum, toDay - 1) - earnedAt(sum, fromDay - 1))
      }
    }),
  )
})

test('a sum that is the rounded total of its parts is split as they are, and another in their proportion', () => {
  const parts = fc.array(fc.integer({ min: -900_000, max: 9_000_000 }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(parts, fc.boolean(), (exact, isTheirs) => {
      const weights = exact.map((amount, index) => ({
        fromDay: 20_000 + 30 * index,
        toDay: 20_030 + 30 * index,
        exactMicros: micros(amount),
      }))
      const total = roundToCents(micros(exact.reduce((sum, amount) => sum + amount, 0)))
      const amountMicros = isTheirs ? total : micros(1_230_000)
      const sum = { fromDay: 20_000, toDay: 20_000 + 30 * exact.length, amountMicros }
      const split = byWeights(sum, weights)
      expect(split.reduce((all, part) => all + part.amountMicros, 0)).toBe(amountMicros)
      const [first] = split
      if (isTheirs && total !== 0 && first?.fromDay === 20_000) {
        expect(first.amountMicros).toBe(roundToCents(weights[0]?.exactMicros ?? micros(0)))
      }
    }),
  )
})
