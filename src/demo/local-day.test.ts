import { expect, test } from 'vitest'
import { dayFromIso } from '../core/time/period.ts'
import { localDay } from './local-day.ts'

test('a day prints its date in both orders and knows its weekday', () => {
  const day = localDay(dayFromIso('2026-10-05'), 'Europe/Amsterdam')
  expect(day).toMatchObject({
    date: '2026-10-05',
    dutchDate: '05-10-2026',
    dayOfMonth: 5,
    weekday: 1,
    lengthSeconds: 86_400,
  })
  expect(day.clockAt(0)).toBe('00:00:00')
  expect(day.clockAt(86_399)).toBe('23:59:59')
})

test('the hour from two to three comes twice when the clocks go back', () => {
  const day = localDay(dayFromIso('2026-10-25'), 'Europe/Amsterdam')
  expect(day.lengthSeconds).toBe(90_000)
  expect(day.clockAt(2.5 * 3_600)).toBe('02:30:00')
  expect(day.clockAt(3.5 * 3_600)).toBe('02:30:00')
  expect(day.clockAt(4 * 3_600)).toBe('03:00:00')
  expect(day.clockAt(89_999)).toBe('23:59:59')
})

test('and is left out when they go forward', () => {
  const day = localDay(dayFromIso('2027-03-28'), 'Europe/Brussels')
  expect(day.lengthSeconds).toBe(82_800)
  expect(day.clockAt(2 * 3_600 - 1)).toBe('01:59:59')
  expect(day.clockAt(2 * 3_600)).toBe('03:00:00')
  expect(day.clockAt(82_799)).toBe('23:59:59')
})
