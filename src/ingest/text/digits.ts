/**
 * Counts and calendar fields from text, digit by digit: no exponent, sign, blank or fraction is let
 * through, and nothing is allocated for each record.
 */

const ZERO = 48

/** A whole number of at most 15 digits, or NaN for anything else, '' included. */
export function wholeNumber(text: string): number {
  if (text.length === 0 || text.length > 15) return Number.NaN
  return digitsBetween(text, 0, text.length)
}

/** The whole number written at [from, to), or NaN. */
export function digitsBetween(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Epoch milliseconds of a date and time read as UTC, or NaN when there is no such date or time. */
export function civilMs(civil: {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}): number {
  const { year, month, day, hour, minute, second } = civil
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  return ((epochDay(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1_000
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0)
}

/** Days since 1970-01-01 in the Gregorian calendar; the year is counted from March. */
function epochDay(year: number, month: number, day: number): number {
  const fromMarch = month <= 2 ? year - 1 : year
  const era = Math.floor(fromMarch / 400)
  const yearOfEra = fromMarch - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
