import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { isWholePeriod } from './item-charge.ts'
import { splitByDays } from './split-by-days.ts'

const days = { fromDay: 100, toDay: 110 }

test.each<[string, number[], string[]]>([
  ['nothing within it', [], ['100..110 1000001']],
  ['its own bounds', [100, 110], ['100..110 1000001']],
  ['bounds outside of it', [99, 111], ['100..110 1000001']],
  ['one day within it', [103], ['100..103 300000', '103..110 700001']],
  [
    'days in any order, each once',
    [107, 103, 107],
    ['100..103 300000', '103..107 400001', '107..110 300000'],
  ],
])('a charge that is cut at %s adds up to itself', (_what, boundaries, expected) => {
  const parts = splitByDays(days, micros(1_000_001), boundaries)
  expect(
    parts.map((part) => `${part.days.fromDay}..${part.days.toDay} ${part.exactMicros}`),
  ).toEqual(expected)
})

test.each([
  [0, 31, true],
  [1, 31, false],
  [0, 30, false],
  [1, 30, false],
])('from day %i to %i of 31: whole is %s', (fromDay, toDay, whole) => {
  const item = { periodStartDay: 0, periodEndDay: 31, fromDay, toDay } as RecurringItem
  expect(isWholePeriod(item)).toBe(whole)
})
