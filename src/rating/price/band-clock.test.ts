import { describe, expect, test } from 'vitest'
import { billingCalendar } from '../../core/time/period.ts'
import { createBandClock } from './band-clock.ts'
import { createHolidayCalendar } from './holiday-calendar.ts'
import { dayFromIso } from '../../core/time/period.ts'

const AMSTERDAM = billingCalendar('Europe/Amsterdam', 1)
const HOUR_MS = 3_600_000
const band = (days: number[], fromMinute: number, toMinute: number) => ({
  name: '',
  days,
  fromMinute,
  toMinute,
  connectFee: '0',
  steps: [],
})
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

describe('a band clock', () => {
  const clock = createBandClock([band(EVERY_DAY, 120, 180)], AMSTERDAM, () => false)
  const stretches = (day: string) => {
    const found = []
    let at = AMSTERDAM.dayAt(Date.parse(`${day}T12:00:00Z`)).startMs
    const { endMs } = AMSTERDAM.dayAt(at)
    while (at < endMs) {
      const stretch = clock.stretchAt(at)
      found.push([(stretch.toMs - stretch.fromMs) / HOUR_MS, stretch.table])
      at = stretch.toMs
    }
    return found
  }

  test('cuts a day where a band begins and ends', () => {
    expect(stretches('2026-11-10')).toEqual([
      [2, 0],
      [1, 1],
      [21, 0],
    ])
  })

  test('meets the hour from two to three twice when the clock goes back', () => {
    expect(stretches('2026-10-25')).toEqual([
      [2, 0],
      [1, 1],
      [1, 1],
      [21, 0],
    ])
  })

  test('does not meet it when the clock goes forward', () => {
    expect(stretches('2026-03-29')).toEqual([
      [2, 0],
      [21, 0],
    ])
  })
})

test('the first band that holds wins', () => {
  const bands = [band(EVERY_DAY, 600, 660), band(EVERY_DAY, 0, 1440)]
  const clock = createBandClock(bands, AMSTERDAM, () => false)
  expect(clock.stretchAt(Date.parse('2026-11-10T10:30:00+01:00')).table).toBe(1)
  expect(clock.stretchAt(Date.parse('2026-11-10T11:00:00+01:00')).table).toBe(2)
})

test('holidays of each country, year by year', () => {
  const isHoliday = createHolidayCalendar({ byCountry: { NL: ['kings-day'], BE: ['armistice'] } })
  expect(isHoliday('NL', dayFromIso('2026-04-27'))).toBe(true)
  expect(isHoliday('NL', dayFromIso('2025-04-27'))).toBe(false) // A Sunday: kept on the 26th.
  expect(isHoliday('NL', dayFromIso('2025-04-26'))).toBe(true)
  expect(isHoliday('BE', dayFromIso('2026-04-27'))).toBe(false)
  expect(isHoliday('BE', dayFromIso('2026-11-11'))).toBe(true)
})

test('a day that begins at one, where the clock goes forward at midnight', () => {
  const cairo = billingCalendar('Africa/Cairo', 1)
  const clock = createBandClock([band(EVERY_DAY, 60, 120)], cairo, () => false)
  const { startMs } = cairo.dayAt(Date.parse('2026-04-24T12:00:00+03:00'))
  expect(startMs).toBe(Date.parse('2026-04-24T01:00:00+03:00'))
  expect(clock.stretchAt(startMs)).toMatchObject({ toMs: startMs + HOUR_MS, table: 1 })
})

test('a clock that is changed by half an hour', () => {
  const lordHowe = billingCalendar('Australia/Lord_Howe', 1)
  const clock = createBandClock([band(EVERY_DAY, 90, 120)], lordHowe, () => false)
  const change = Date.parse('2026-04-05T02:00:00+11:00') // Then it is 01:30 again.
  expect(clock.stretchAt(change - 1)).toMatchObject({ fromMs: change - HOUR_MS / 2, table: 1 })
  expect(clock.stretchAt(change)).toMatchObject({ toMs: change + HOUR_MS / 2, table: 1 })
})

test('a band that ends when it begins never holds', () => {
  const clock = createBandClock([band(EVERY_DAY, 600, 600)], AMSTERDAM, () => false)
  expect(clock.stretchAt(Date.parse('2026-11-10T10:00:00+01:00')).table).toBe(0)
})
