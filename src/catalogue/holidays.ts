/**
 * Public holidays of the Netherlands and Belgium, by rule: a year is computed, never listed. The
 * days follow Easter (Gregorian computus, the anonymous algorithm of 1876 as given by Meeus) or
 * have a fixed date; King's Day moves to Saturday the 26th when the 27th of April is a Sunday.
 */
import { dayFromIso } from '../core/time/period.ts'

export const HOLIDAY_RULES = [
  'new-year',
  'good-friday',
  'easter-sunday',
  'easter-monday',
  'kings-day',
  'labour-day',
  'liberation-day',
  'liberation-day-lustrum',
  'ascension-day',
  'whit-sunday',
  'whit-monday',
  'belgian-national-day',
  'assumption',
  'all-saints',
  'armistice',
  'christmas-day',
  'second-christmas-day',
] as const

/**
 * The holidays of a year as days since 1970-01-01, ascending. An unknown rule throws RangeError.
 */
export function holidayDays(rules: readonly string[], year: number): number[] {
  const days = rules.map((rule) => dayOfHoliday(rule, year)).filter((day) => day !== undefined)
  return [...new Set(days)].sort((left, right) => left - right)
}

/** Days since 1970-01-01 of Easter Sunday. */
export function easterSunday(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const yearOfCentury = year % 100
  const leapCenturies = Math.floor(century / 4)
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - leapCenturies - moonCorrection + 15) % 30
  const leapYears = Math.floor(yearOfCentury / 4)
  const toSunday = (32 + 2 * (century % 4) + 2 * leapYears - epact - (yearOfCentury % 4)) % 7
  const lateMoon = Math.floor((golden + 11 * epact + 22 * toSunday) / 451)
  const monthAndDay = epact + toSunday - 7 * lateMoon + 114
  return fixedDay(year, Math.floor(monthAndDay / 31), (monthAndDay % 31) + 1)
}

const SUNDAY = 0
const LUSTRUM_YEARS = 5

function dayOfHoliday(rule: string, year: number): number | undefined {
  const fixed = FIXED_DATES.get(rule)
  if (fixed !== undefined) return fixedDay(year, fixed.month, fixed.day)
  const afterEaster = DAYS_AFTER_EASTER.get(rule)
  if (afterEaster !== undefined) return easterSunday(year) + afterEaster
  if (rule === 'kings-day') {
    const day = fixedDay(year, 4, 27)
    return weekday(day) === SUNDAY ? day - 1 : day
  }
  if (rule === 'liberation-day-lustrum') {
    return year % LUSTRUM_YEARS === 0 ? fixedDay(year, 5, 5) : undefined
  }
  throw new RangeError(`"${rule}" is no holiday rule`)
}

const FIXED_DATES: ReadonlyMap<string, { month: number; day: number }> = new Map([
  ['new-year', { month: 1, day: 1 }],
  ['labour-day', { month: 5, day: 1 }],
  ['liberation-day', { month: 5, day: 5 }],
  ['belgian-national-day', { month: 7, day: 21 }],
  ['assumption', { month: 8, day: 15 }],
  ['all-saints', { month: 11, day: 1 }],
  ['armistice', { month: 11, day: 11 }],
  ['christmas-day', { month: 12, day: 25 }],
  ['second-christmas-day', { month: 12, day: 26 }],
])

const DAYS_AFTER_EASTER: ReadonlyMap<string, number> = new Map([
  ['good-friday', -2],
  ['easter-sunday', 0],
  ['easter-monday', 1],
  ['ascension-day', 39],
  ['whit-sunday', 49],
  ['whit-monday', 50],
])

function fixedDay(year: number, month: number, day: number): number {
  const [yyyy, mm, dd] = [year, month, day].map((part) => String(part).padStart(2, '0'))
  return dayFromIso(`${yyyy}-${mm}-${dd}`)
}

/** 0 = Sunday. 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}
