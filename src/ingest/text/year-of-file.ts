/**
 * The year of times that are written without one. A record is no later than the moment at which its
 * file was there, so its year is the latest in which it starts at most a day after that moment (a
 * clock may run ahead, a file may be named for the day on which it was begun). At the turn of the year
 * this puts 31 December of a file of 1 January in the old year and 1 January of a file of 31 December
 * in the new one. 29 February is of the last leap year within two years, or of none.
 */
import { digitsBetween } from './digits.ts'

/** The instant of a time in its year, given what instant it would be in a year; NaN if in none. */
export type YearRule = (instantIn: (year: number) => number) => number

const SLACK_MS = 86_400_000

/** Files that were there at a moment. */
export function yearBefore(thereMs: number): YearRule {
  const latestMs = thereMs + SLACK_MS
  const lastYear = new Date(latestMs).getUTCFullYear() + 1 // A zone may be ahead of UTC.
  return (instantIn) => {
    for (let year = lastYear; year >= lastYear - 2; year -= 1) {
      const ms = instantIn(year)
      if (ms <= latestMs) return ms
    }
    return Number.NaN
  }
}

/**
 * By a date in the file's name: 'YYYYMMDD' finds 20261005 in smdr-20261005.log. A name with a year
 * alone puts all its records in that year; a name without such a date gives no record a time.
 */
export function yearByName(fileName: string, format: string): YearRule {
  const found = dateIn(fileName, format)
  if (found === undefined) return () => Number.NaN
  const { year, month, day } = found
  if (month === 0) return (instantIn) => instantIn(year)
  return yearBefore(day === 0 ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1))
}

/** At most one kind of mark between the parts. */
const YEAR_FIRST = /^YYYY(?:([-_.]?)MM(?:\1DD)?)?$/
const YEAR_LAST = /^(?:DD([-_.]?)MM\1|MM[-_.]?)YYYY$/

/** Dates that may be looked for in a file's name. */
export function isNameDate(format: string): boolean {
  return YEAR_FIRST.test(format) || YEAR_LAST.test(format)
}

interface NameDate {
  year: number
  /** 0 where the format has none. */
  month: number
  day: number
}

function dateIn(fileName: string, format: string): NameDate | undefined {
  for (let at = 0; at + format.length <= fileName.length; at += 1) {
    const date = dateAt(fileName, at, format)
    if (date !== undefined) return date
  }
  return undefined
}

/** A date may be followed by more digits (a time) only when it says its day. */
function dateAt(fileName: string, at: number, format: string): NameDate | undefined {
  const end = at + format.length
  if (isDigit(fileName, at - 1) || (!format.includes('DD') && isDigit(fileName, end))) {
    return undefined
  }
  const mark = format.replaceAll(/[YMD]/g, '').charAt(0)
  for (const [place, letter] of format.split('').entries()) {
    if (letter === mark && fileName.charAt(at + place) !== mark) return undefined
  }
  const number = (part: string) => {
    const from = format.indexOf(part)
    return from === -1 ? 0 : digitsBetween(fileName, at + from, at + from + part.length)
  }
  const date = { year: number('YYYY'), month: number('MM'), day: number('DD') }
  const isMonth = date.month <= 12 && (date.month > 0 || !format.includes('MM'))
  const isDay = date.day <= 31 && (date.day > 0 || !format.includes('DD'))
  return date.year >= 1_970 && date.year < 2_200 && isMonth && isDay ? date : undefined
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}
