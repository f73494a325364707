/** Holidays by rule, against dates of past and coming calendars. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { dayFromIso, dayToIso } from '../core/time/period.ts'
import { easterSunday, HOLIDAY_RULES, holidayDays } from './holidays.ts'

test.each`
  year    | date
  ${1999} | ${'1999-04-04'}
  ${2000} | ${'2000-04-23'}
  ${2008} | ${'2008-03-23'}
  ${2011} | ${'2011-04-24'}
  ${2024} | ${'2024-03-31'}
  ${2025} | ${'2025-04-20'}
  ${2026} | ${'2026-04-05'}
  ${2027} | ${'2027-03-28'}
  ${2038} | ${'2038-04-25'}
`('Easter Sunday of $year is $date', ({ year, date }) => {
  expect(dayToIso(easterSunday(year))).toBe(date)
})

test('Easter is a Sunday from 22 March to 25 April in every year', () => {
  for (let year = 1900; year <= 2199; year += 1) {
    const day = easterSunday(year)
    expect(new Date(day * 86_400_000).getUTCDay()).toBe(0)
    expect(day).toBeGreaterThanOrEqual(dayFromIso(`${year}-03-22`))
    expect(day).toBeLessThanOrEqual(dayFromIso(`${year}-04-25`))
  }
})

const { holidays } = z
  .object({ holidays: z.object({ NL: z.array(z.string()), BE: z.array(z.string()) }) })
  .parse(parse(readFileSync('fixtures/catalogue/catalogue.yaml', 'utf8')))

test('the Dutch holidays of 2026', () => {
  expect(holidayDays(holidays.NL, 2026).map(dayToIso)).toEqual([
    '2026-01-01',
    '2026-04-05',
    '2026-04-06',
    '2026-04-27',
    '2026-05-14',
    '2026-05-24',
    '2026-05-25',
    '2026-12-25',
    '2026-12-26',
  ])
})

test('the Belgian holidays of 2027', () => {
  expect(holidayDays(holidays.BE, 2027).map(dayToIso)).toEqual([
    '2027-01-01',
    '2027-03-28',
    '2027-03-29',
    '2027-05-01',
    '2027-05-06',
    '2027-05-16',
    '2027-05-17',
    '2027-07-21',
    '2027-08-15',
    '2027-11-01',
    '2027-11-11',
    '2027-12-25',
  ])
})

test("King's Day is on the 26th when the 27th is a Sunday", () => {
  expect(holidayDays(['kings-day'], 2025).map(dayToIso)).toEqual(['2025-04-26'])
  expect(holidayDays(['kings-day'], 2026).map(dayToIso)).toEqual(['2026-04-27'])
})

test('Liberation Day is a holiday for all once in five years', () => {
  expect(holidayDays(['liberation-day-lustrum'], 2025).map(dayToIso)).toEqual(['2025-05-05'])
  expect(holidayDays(['liberation-day-lustrum'], 2026)).toEqual([])
})

test('two holidays on one day are one', () => {
  // Ascension Day of 2008 was on the first of May.
  expect(holidayDays(['labour-day', 'ascension-day'], 2008).map(dayToIso)).toEqual(['2008-05-01'])
})

test('every rule has a day in some year, and an unknown rule throws', () => {
  for (const rule of HOLIDAY_RULES) expect(holidayDays([rule], 2025)).toHaveLength(1)
  expect(() => holidayDays(['boxing-day'], 2026)).toThrow(RangeError)
})
