/** The parts of which a time pattern is made (time-pattern.ts), each with how its text is read. */
import { digitsBetween } from './digits.ts'

/** A time as its text gives it; NaN or undefined where the pattern has no such part. */
export interface Reading {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millis: number
  /** 0 is Sunday. */
  weekday: number | undefined
  offsetMs: number | undefined
  isAfternoon: boolean | undefined
}

/** Reads one part at `at`; returns the position after it, or NaN when it is not there. */
export type PartReader = (text: string, at: number, reading: Reading) => number

export type TimeField = Exclude<keyof Reading, 'millis'> | 'fraction'

export interface TimePart {
  readonly field: TimeField
  readonly read: PartReader
}

type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

function digits(field: NumberField, length: number): TimePart {
  return { field, read: (text, at, reading) => readDigits(text, at, length, reading, field) }
}

function oneOrTwo(field: NumberField): TimePart {
  const read: PartReader = (text, at, reading) => {
    const second = text.charCodeAt(at + 1) - 48
    return readDigits(text, at, second >= 0 && second <= 9 ? 2 : 1, reading, field)
  }
  return { field, read }
}

function readDigits(
  text: string,
  at: number,
  length: number,
  reading: Reading,
  field: NumberField,
): number {
  if (at + length > text.length) return Number.NaN
  const value = digitsBetween(text, at, at + length)
  reading[field] = value
  return Number.isNaN(value) ? Number.NaN : at + length
}

const shortYear: TimePart = {
  field: 'year',
  read(text, at, reading) {
    const after = readDigits(text, at, 2, reading, 'year')
    reading.year += reading.year < 70 ? 2_000 : 1_900
    return after
  },
}

const FRACTION_DIGITS_MAX = 9

/** `S`, `SS`, …: exactly so many digits. */
export function fractionPart(written: string): TimePart | undefined {
  if (!/^S{1,9}$/.test(written)) return undefined
  const { length } = written
  return { field: 'fraction', read: (text, at, reading) => readMillis(text, at, length, reading) }
}

const anyFraction: TimePart = {
  field: 'fraction',
  read(text, at, reading) {
    let end = at
    while (end < at + FRACTION_DIGITS_MAX && isDigit(text.charCodeAt(end))) end += 1
    return end === at ? Number.NaN : readMillis(text, at, end - at, reading)
  },
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Digits beyond the third are read and cut off. */
function readMillis(text: string, at: number, length: number, reading: Reading): number {
  if (at + length > text.length || Number.isNaN(digitsBetween(text, at, at + length))) {
    return Number.NaN
  }
  const kept = Math.min(length, 3)
  reading.millis = digitsBetween(text, at, at + kept) * 10 ** (3 - kept)
  return at + length
}

function named(field: 'month' | 'weekday', values: ReadonlyMap<string, number>): TimePart {
  const read: PartReader = (text, at, reading) => {
    let end = at
    while (isLetter(text.charCodeAt(end))) end += 1
    const value = values.get(text.slice(at, end).toLowerCase())
    if (value === undefined) return Number.NaN
    reading[field] = value
    return end
  }
  return { field, read }
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

/** `names` in order, further languages after a multiple of `period`. */
function numbered(names: string, period: number, first: number): ReadonlyMap<string, number> {
  return new Map(names.split(' ').map((name, index) => [name, first + (index % period)]))
}

const MONTHS_SHORT = numbered(
  'jan feb mar apr may jun jul aug sep oct nov dec jan feb mrt apr mei jun jul aug sep okt nov dec',
  12,
  1,
)
const MONTHS = numbered(
  'january february march april may june july august september october november december ' +
    'januari februari maart april mei juni juli augustus september oktober november december',
  12,
  1,
)
const WEEKDAYS_SHORT = numbered('sun mon tue wed thu fri sat zo ma di wo do vr za', 7, 0)
const WEEKDAYS = numbered(
  'sunday monday tuesday wednesday thursday friday saturday ' +
    'zondag maandag dinsdag woensdag donderdag vrijdag zaterdag',
  7,
  0,
)

function halfOfDay(length: 1 | 2): TimePart {
  const read: PartReader = (text, at, reading) => {
    const letter = text.charAt(at).toUpperCase()
    reading.isAfternoon = letter === 'P'
    const isKnown = letter === 'A' || letter === 'P'
    if (length === 1) return isKnown ? at + 1 : Number.NaN
    return isKnown && text.charAt(at + 1).toUpperCase() === 'M' ? at + 2 : Number.NaN
  }
  return { field: 'isAfternoon', read }
}

const offset: TimePart = {
  field: 'offsetMs',
  read(text, at, reading) {
    const length = text.charAt(at) === 'Z' ? 1 : text.charAt(at + 3) === ':' ? 6 : 5
    reading.offsetMs = offsetMs(text.slice(at, at + length))
    return Number.isNaN(reading.offsetMs) ? Number.NaN : at + length
  },
}

function utcNamed(name: string): TimePart {
  const read: PartReader = (text, at, reading) => {
    reading.offsetMs = 0
    return text.startsWith(name, at) ? at + name.length : Number.NaN
  }
  return { field: 'offsetMs', read }
}

export const TIME_PARTS: ReadonlyMap<string, TimePart> = new Map([
  ['YYYY', digits('year', 4)],
  ['YY', shortYear],
  ['MMMM', named('month', MONTHS)],
  ['MMM', named('month', MONTHS_SHORT)],
  ['MM', digits('month', 2)],
  ['M', oneOrTwo('month')],
  ['DD', digits('day', 2)],
  ['D', oneOrTwo('day')],
  ['dddd', named('weekday', WEEKDAYS)],
  ['ddd', named('weekday', WEEKDAYS_SHORT)],
  ['HH', digits('hour', 2)],
  ['H', oneOrTwo('hour')],
  ['hh', digits('hour', 2)],
  ['h', oneOrTwo('hour')],
  ['A', halfOfDay(2)],
  ['a', halfOfDay(1)],
  ['mm', digits('minute', 2)],
  ['m', oneOrTwo('minute')],
  ['ss', digits('second', 2)],
  ['s', oneOrTwo('second')],
  ['f', anyFraction],
  ['Z', offset],
  ['UTC', utcNamed('UTC')],
  ['GMT', utcNamed('GMT')],
])

/** 'Z', '+0200' or '+02:00' in milliseconds; NaN beyond ±14 hours. */
export function offsetMs(text: string): number {
  if (text === 'Z') return 0
  const sign = text.charCodeAt(0) === 45 ? -1 : text.charCodeAt(0) === 43 ? 1 : Number.NaN
  const bare = text.length === 6 && text.charCodeAt(3) === 58 ? text.replace(':', '') : text
  if (bare.length !== 5) return Number.NaN
  const hours = digitsBetween(bare, 1, 3)
  const minutes = digitsBetween(bare, 3, 5)
  return hours <= 14 && minutes <= 59 ? sign * (hours * 60 + minutes) * 60_000 : Number.NaN
}
