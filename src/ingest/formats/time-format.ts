/**
 * Times as sources write them, compiled once from a pattern into a reader that allocates nothing.
 *
 * Patterns: `iso` (RFC 3339; without an offset it is local time), `epoch` (seconds, fraction allowed),
 * `epoch-ms`, `epoch-us`, or letters: YYYY YY MM M DD D HH H mm ss SSS, `Z` for an offset (+0200,
 * +02:00, Z), `hh` with `A` for a 12-hour clock; any other character stands for itself. Missing
 * seconds are 0; YY is 2000-2069 or 1970-1999.
 */
import { z } from 'zod'
import { civilMs, digitsBetween } from './digits.ts'
import type { LocalClock } from './local-time.ts'

/** UTC epoch milliseconds of a text, or NaN. `notBeforeMs`: see local-time.ts. */
export type TimeReader = (text: string, notBeforeMs?: number) => number

const PART = /YYYY|YY|MM|M|DD|D|HH|H|hh|mm|ss|SSS|Z|A|[^]/g
const NAMED_FORMATS = ['iso', 'epoch', 'epoch-ms', 'epoch-us']

function isTimeFormat(format: string): boolean {
  if (NAMED_FORMATS.includes(format)) return true
  const parts: readonly string[] = format.match(PART) ?? []
  const has = (...names: string[]) => names.some((name) => parts.includes(name))
  return has('YYYY', 'YY') && has('MM', 'M') && has('DD', 'D') && (!has('hh') || has('A'))
}

const timeFormat = z.string().refine(isTimeFormat, {
  message: "is no time format: use 'iso', 'epoch', 'epoch-ms', 'epoch-us' or 'YYYY-MM-DD HH:mm:ss'",
})

/** One format, or several that are tried in order. */
export const timeFormatsOption = z.union([
  timeFormat.transform((format) => [format]),
  z.array(timeFormat).min(1),
])

export function compileTimeFormats(formats: readonly string[], clock: LocalClock): TimeReader {
  const readers = formats.map((format) => compileTimeFormat(format, clock))
  const [first] = readers
  if (first !== undefined && readers.length === 1) return first
  return (text, notBeforeMs) => {
    for (const read of readers) {
      const ms = read(text, notBeforeMs)
      if (!Number.isNaN(ms)) return ms
    }
    return Number.NaN
  }
}

function compileTimeFormat(format: string, clock: LocalClock): TimeReader {
  switch (format) {
    case 'epoch':
      return (text) => epochMs(text, 1_000)
    case 'epoch-ms':
      return (text) => epochMs(text, 1)
    case 'epoch-us':
      return (text) => Math.floor(digitsOrNaN(text) / 1_000)
    case 'iso':
      return (text, notBeforeMs) => readIso(text, clock, notBeforeMs)
    case 'YYYY-MM-DD HH:mm:ss':
      return (text, notBeforeMs) => {
        if (text.length !== 19 || !hasIsoMarks(text)) return Number.NaN
        return clock.instantAt(civilAt(text), notBeforeMs)
      }
    default:
      return compilePattern(format.match(PART) ?? [], clock)
  }
}

function digitsOrNaN(text: string): number {
  return text.length === 0 || text.length > 17 ? Number.NaN : digitsBetween(text, 0, text.length)
}

/** Whole part and up to three decimals; a time before 1971 or of 0 did not happen. */
function epochMs(text: string, msPerUnit: number): number {
  const dot = text.indexOf('.')
  const whole = digitsOrNaN(dot === -1 ? text : text.slice(0, dot))
  const fraction = dot === -1 || msPerUnit === 1 ? 0 : millisOf(text.slice(dot + 1))
  const ms = whole * msPerUnit + fraction
  return ms >= 31_536_000_000 && ms < 7_258_118_400_000 ? ms : Number.NaN
}

/** The first three decimals of a second; all of them must be digits. */
function millisOf(fraction: string): number {
  if (fraction === '' || Number.isNaN(digitsOrNaN(fraction))) return Number.NaN
  return digitsOrNaN(fraction.slice(0, 3).padEnd(3, '0'))
}

function civilAt(text: string): number {
  return civilMs({
    year: digitsBetween(text, 0, 4),
    month: digitsBetween(text, 5, 7),
    day: digitsBetween(text, 8, 10),
    hour: digitsBetween(text, 11, 13),
    minute: digitsBetween(text, 14, 16),
    second: digitsBetween(text, 17, 19),
  })
}

function hasIsoMarks(text: string): boolean {
  const hasDashes = text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45
  return hasDashes && text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58
}

const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/

function readIso(text: string, clock: LocalClock, notBeforeMs?: number): number {
  if (text.length === 20 && text.charCodeAt(10) === 84 && text.charCodeAt(19) === 90) {
    return hasIsoMarks(text) ? civilAt(text) : Number.NaN // The usual 2026-10-05T07:00:00Z.
  }
  const parts = ISO.exec(text)
  if (parts === null) return Number.NaN
  const fraction = parts[1] === undefined ? 0 : millisOf(parts[1])
  const localMs = civilAt(text) + fraction
  if (parts[2] === undefined) return clock.instantAt(localMs, notBeforeMs)
  return localMs - offsetMs(parts[2])
}

/** 'Z', '+0200' or '+02:00' in milliseconds; NaN beyond ±14 hours. */
export function offsetMs(text: string): number {
  if (text === 'Z') return 0
  const sign = text.charCodeAt(0) === 45 ? -1 : text.charCodeAt(0) === 43 ? 1 : Number.NaN
  const digits = text.length === 6 && text.charCodeAt(3) === 58 ? text.replace(':', '') : text
  if (digits.length !== 5) return Number.NaN
  const hours = digitsBetween(digits, 1, 3)
  const minutes = digitsBetween(digits, 3, 5)
  return hours <= 14 && minutes <= 59 ? sign * (hours * 60 + minutes) * 60_000 : Number.NaN
}

interface Reading {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millis: number
  offsetMs: number | undefined
  isAfternoon: boolean | undefined
}

function compilePattern(parts: readonly string[], clock: LocalClock): TimeReader {
  return (text, notBeforeMs) => {
    const reading: Reading = {
      year: 0,
      month: 0,
      day: 0,
      hour: 0,
      minute: 0,
      second: 0,
      millis: 0,
      offsetMs: undefined,
      isAfternoon: undefined,
    }
    let at = 0
    for (const part of parts) {
      at = readPart(part, text, at, reading)
      if (Number.isNaN(at)) return Number.NaN
    }
    if (at !== text.length) return Number.NaN
    if (reading.isAfternoon !== undefined) {
      reading.hour = (reading.hour % 12) + (reading.isAfternoon ? 12 : 0)
    }
    const localMs = civilMs(reading) + reading.millis
    if (reading.offsetMs !== undefined) return localMs - reading.offsetMs
    return clock.instantAt(localMs, notBeforeMs)
  }
}

/** Reads one part at `at`; returns the position after it, or NaN when it is not there. */
function readPart(part: string, text: string, at: number, reading: Reading): number {
  switch (part) {
    case 'YYYY':
      return readDigits(text, at, 4, (value) => (reading.year = value))
    case 'YY':
      return readDigits(text, at, 2, (value) => (reading.year = value + (value < 70 ? 2000 : 1900)))
    case 'MM':
      return readDigits(text, at, 2, (value) => (reading.month = value))
    case 'M':
      return readDigits(text, at, oneOrTwo(text, at), (value) => (reading.month = value))
    case 'DD':
      return readDigits(text, at, 2, (value) => (reading.day = value))
    case 'D':
      return readDigits(text, at, oneOrTwo(text, at), (value) => (reading.day = value))
    case 'HH':
    case 'hh':
      return readDigits(text, at, 2, (value) => (reading.hour = value))
    case 'H':
      return readDigits(text, at, oneOrTwo(text, at), (value) => (reading.hour = value))
    case 'mm':
      return readDigits(text, at, 2, (value) => (reading.minute = value))
    case 'ss':
      return readDigits(text, at, 2, (value) => (reading.second = value))
    case 'SSS':
      return readDigits(text, at, 3, (value) => (reading.millis = value))
    case 'A':
      reading.isAfternoon = text.charAt(at).toUpperCase() === 'P'
      return /^[AP]M$/i.test(text.slice(at, at + 2)) ? at + 2 : Number.NaN
    case 'Z': {
      const length = text.charAt(at) === 'Z' ? 1 : text.charAt(at + 3) === ':' ? 6 : 5
      reading.offsetMs = offsetMs(text.slice(at, at + length))
      return Number.isNaN(reading.offsetMs) ? Number.NaN : at + length
    }
    default:
      return text.startsWith(part, at) ? at + part.length : Number.NaN
  }
}

function readDigits(
  text: string,
  at: number,
  length: number,
  store: (value: number) => void,
): number {
  if (at + length > text.length) return Number.NaN
  const value = digitsBetween(text, at, at + length)
  store(value)
  return Number.isNaN(value) ? Number.NaN : at + length
}

function oneOrTwo(text: string, at: number): 1 | 2 {
  const second = text.charCodeAt(at + 1) - 48
  return second >= 0 && second <= 9 ? 2 : 1
}
