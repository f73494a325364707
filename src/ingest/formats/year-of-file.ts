/**
 * The year of times that are written without one. A record is no later than the moment at which its
 * file was there, so its year is the latest in which it starts at most a day after that moment (a
 * clock may run ahead, a file may be named for the day on which it was begun). At the turn of the year
 * this puts 31 December of a file of 1 January in the old year and 1 January of a file of 31 December
 * in the new one. 29 February is of the last leap year within two years, or of none.
 */
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
  const found = expressionOf(format).exec(fileName)?.groups
  if (found === undefined) return () => Number.NaN
  const numbers = new Map(Object.entries(found).map(([part, digits]) => [part, Number(digits)]))
  const year = numbers.get('year') ?? Number.NaN
  const month = numbers.get('month')
  const day = numbers.get('day')
  if (month === undefined) return (instantIn) => instantIn(year)
  return yearBefore(
    day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1),
  )
}

const YEAR_FIRST = /^YYYY(?:[-_.]?MM(?:[-_.]?DD)?)?$/
const YEAR_LAST = /^(?:DD[-_.]?)?MM[-_.]?YYYY$/

/** Dates that may be looked for in a file's name. */
export function isNameDate(format: string): boolean {
  return YEAR_FIRST.test(format) || YEAR_LAST.test(format)
}

/** A date may be followed by more digits (a time) only when it says its day. */
function expressionOf(format: string): RegExp {
  const digits = format
    .replaceAll('.', String.raw`\.`)
    .replace('YYYY', String.raw`(?<year>(?:19|20|21)\d\d)`)
    .replace('MM', String.raw`(?<month>0[1-9]|1[0-2])`)
    .replace('DD', String.raw`(?<day>0[1-9]|[12]\d|3[01])`)
  return new RegExp(String.raw`(?<!\d)${digits}${format.includes('DD') ? '' : String.raw`(?!\d)`}`)
}
