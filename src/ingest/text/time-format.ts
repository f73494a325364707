/**
 * Times as sources write them, compiled once into a reader that allocates nothing. A format is `iso`
 * (RFC 3339; without an offset it is local time), `epoch` (seconds, fraction allowed), `epoch-ms`,
 * `epoch-us`, or a pattern of letters (time-pattern.ts). A pattern without a year needs to know when
 * the file came (year-of-file.ts).
 */
import { z } from 'zod'
import { civilMs, digitsBetween } from './digits.ts'
import type { LocalClock } from './local-time.ts'
import { offsetMs } from './time-parts.ts'
import { emptyReading, parseTimePattern, readingMs, readPattern } from './time-pattern.ts'
import type { TimePattern } from './time-pattern.ts'
import type { YearRule } from './year-of-file.ts'

/** UTC epoch milliseconds of a text, or NaN. `notBeforeMs`: see local-time.ts. */
export type TimeReader = (text: string, notBeforeMs?: number) => number

const EPOCHS = ['epoch', 'epoch-ms', 'epoch-us']
const NAMED_FORMATS = ['iso', ...EPOCHS]

/** One format, or several that are tried in order; a format need not have a year. */
export const anyTimeFormats = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((given) => [given].flat())
  .superRefine((formats, context) => {
    for (const message of formats.flatMap(problemsOf)) context.addIssue({ code: 'custom', message })
  })

/** The same for sources whose files say nothing of the year. */
export const timeFormatsOption = anyTimeFormats.superRefine((formats, context) => {
  for (const format of formats.filter((one) => !hasYear(one))) {
    context.addIssue({ code: 'custom', message: `"${format}": the year is missing` })
  }
})

function problemsOf(format: string): string[] {
  if (NAMED_FORMATS.includes(format)) return []
  const pattern = parseTimePattern(format)
  return 'problems' in pattern ? pattern.problems : []
}

export function hasYear(format: string): boolean {
  const pattern = patternOf(format)
  return pattern === undefined || pattern.hasYear
}

/** The text itself says its offset, whatever zone the source is in. */
export function hasOffset(format: string): boolean {
  return EPOCHS.includes(format) || patternOf(format)?.hasOffset === true
}

function patternOf(format: string): TimePattern | undefined {
  if (NAMED_FORMATS.includes(format)) return undefined
  const pattern = parseTimePattern(format)
  return 'problems' in pattern ? undefined : pattern
}

/** `yearRule` gives the year of formats that have none. */
export function compileTimeFormats(
  formats: readonly string[],
  clock: LocalClock,
  yearRule?: YearRule,
): TimeReader {
  const readers = formats.map((format) => compileTimeFormat(format, clock, yearRule))
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

function compileTimeFormat(format: string, clock: LocalClock, yearRule?: YearRule): TimeReader {
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
      return compilePattern(patternOf(format), clock, yearRule)
  }
}

function compilePattern(
  pattern: TimePattern | undefined,
  clock: LocalClock,
  yearRule?: YearRule,
): TimeReader {
  if (pattern === undefined) return () => Number.NaN
  const { parts } = pattern
  const reading = emptyReading()
  const instantOf = (notBeforeMs?: number) => {
    const localMs = readingMs(reading)
    if (reading.offsetMs !== undefined) return localMs - reading.offsetMs
    return clock.instantAt(localMs, notBeforeMs)
  }
  return (text, notBeforeMs) => {
    if (readPattern(parts, text, 0, reading) !== text.length) return Number.NaN
    if (pattern.hasYear) return instantOf(notBeforeMs)
    if (yearRule === undefined) return Number.NaN
    return yearRule((year) => {
      reading.year = year
      return instantOf(notBeforeMs)
    })
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
