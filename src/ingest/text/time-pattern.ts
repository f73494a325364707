/**
 * Times written by a pattern of letters, parsed once; what is wrong with a pattern is said when the
 * configuration is read, with the part that is not understood.
 *
 * Parts: YYYY YY (2000-2069, 1970-1999) · MMMM MMM MM M · DD D · dddd ddd (a weekday that does not fit
 * its date is no time) · HH H · hh h with A (AM, PM) or a (a, p) · mm m · ss s · S SS SSS … (exactly
 * so many digits of a fraction) · f (one to nine) · Z (+0200, +02:00, Z) · UTC GMT. Names are English
 * or Dutch, in any case. Other letters stand in [brackets], T may stand bare; any other character
 * stands for itself. What is missing of the clock is 0.
 */
import { civilMs } from './digits.ts'
import { fractionPart, TIME_PARTS } from './time-parts.ts'
import type { PartReader, Reading, TimeField } from './time-parts.ts'

interface Part {
  readonly written: string
  /** undefined for a literal. */
  readonly field: TimeField | undefined
  readonly isTwelveHour: boolean
  readonly read: PartReader
}

export interface TimePattern {
  readonly hasYear: boolean
  /** The text says the offset from UTC itself. */
  readonly hasOffset: boolean
  readonly parts: readonly PartReader[]
}

const PIECE = /\[([^\]]{0,20})\]|UTC|GMT|([A-Za-z])\2{0,8}|[^A-Za-z[]|\[/g
const KNOWN = 'YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h A a mm m ss s S f Z UTC'

/** The pattern, or a sentence for each mistake in it. */
export function parseTimePattern(format: string): TimePattern | { problems: string[] } {
  const problems: string[] = []
  const parts: Part[] = []
  for (const piece of format.matchAll(PIECE)) {
    const part = partOf(piece[0], piece[1])
    if (typeof part === 'string') problems.push(part)
    else parts.push(part)
  }
  if (problems.length === 0) problems.push(...contradictionsOf(parts))
  if (problems.length > 0) return { problems: problems.map((text) => `"${format}": ${text}`) }
  const has = (field: TimeField) => parts.some((part) => part.field === field)
  return {
    hasYear: has('year'),
    hasOffset: has('offsetMs'),
    parts: parts.map((part) => part.read),
  }
}

function partOf(written: string, bracketed: string | undefined): Part | string {
  if (bracketed !== undefined) return literal(bracketed)
  if (written === '[') return '"[" is not closed'
  if (!/^[A-Za-z]/.test(written) || written === 'T') return literal(written)
  const known = written.startsWith('S') ? fractionPart(written) : TIME_PARTS.get(written)
  if (known !== undefined) return { written, isTwelveHour: /^hh?$/.test(written), ...known }
  return `"${written}" is no part of a time (${KNOWN}; other letters stand in [brackets])`
}

function literal(text: string): Part {
  const read: PartReader = (from, at) => (from.startsWith(text, at) ? at + text.length : Number.NaN)
  return { written: text, field: undefined, isTwelveHour: false, read }
}

const NAMES: Readonly<Record<TimeField, string>> = {
  year: 'year',
  month: 'month',
  day: 'day',
  weekday: 'weekday',
  hour: 'hour',
  isAfternoon: 'half of the day',
  minute: 'minute',
  second: 'second',
  fraction: 'fraction',
  offsetMs: 'offset',
}
const NEEDS: readonly (readonly [TimeField, TimeField])[] = [
  ['minute', 'hour'],
  ['second', 'minute'],
  ['fraction', 'second'],
  ['isAfternoon', 'hour'],
]

function contradictionsOf(parts: readonly Part[]): string[] {
  const problems: string[] = []
  const written = new Map<TimeField, string>()
  for (const part of parts) {
    if (part.field === undefined) continue
    const before = written.get(part.field)
    if (before !== undefined) {
      const hint = part.field === 'month' ? ' (minutes are mm)' : ''
      problems.push(`"${before}" and "${part.written}" both give the ${NAMES[part.field]}${hint}`)
    }
    written.set(part.field, part.written)
  }
  for (const field of ['month', 'day'] as const) {
    if (!written.has(field)) problems.push(`the ${NAMES[field]} is missing`)
  }
  for (const [field, needed] of NEEDS) {
    const text = written.get(field)
    if (text === undefined || written.has(needed)) continue
    const hint = field === 'fraction' ? '; seconds are ss' : ''
    problems.push(`"${text}" is the ${NAMES[field]}, but there is no ${NAMES[needed]}${hint}`)
  }
  if (parts.some((part) => part.isTwelveHour) && !written.has('isAfternoon')) {
    problems.push(`"${written.get('hour')}" is a clock of 12 hours: add A (AM, PM) or a (a, p)`)
  }
  return problems
}

export function emptyReading(): Reading {
  return {
    year: Number.NaN,
    month: Number.NaN,
    day: Number.NaN,
    hour: 0,
    minute: 0,
    second: 0,
    millis: 0,
    weekday: undefined,
    offsetMs: undefined,
    isAfternoon: undefined,
  }
}

/** Fills `reading` from the text at `at`; the position after it, or NaN when it does not fit. */
export function readPattern(
  parts: readonly PartReader[],
  text: string,
  at: number,
  reading: Reading,
): number {
  let next = at
  reading.isAfternoon = undefined
  for (const read of parts) {
    next = read(text, next, reading)
    if (Number.isNaN(next)) return Number.NaN
  }
  return next
}

/** The reading in epoch milliseconds as if it were UTC; NaN when there is no such moment. */
export function readingMs(reading: Reading): number {
  const hour = hourOf(reading)
  const { year, month, day, minute, second, millis, weekday } = reading
  const ms = civilMs({ year, month, day, hour, minute, second }) + millis
  if (weekday === undefined) return ms
  return (Math.floor(ms / DAY_MS) + EPOCH_WEEKDAY) % 7 === weekday ? ms : Number.NaN
}

const DAY_MS = 86_400_000
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4

/** 12 AM is 0 and 12 PM is 12; an hour of 24 that contradicts its half of the day is none. */
function hourOf({ hour, isAfternoon }: Reading): number {
  if (isAfternoon === undefined) return hour
  if (hour > 12) return isAfternoon ? hour : Number.NaN
  return (hour % 12) + (isAfternoon ? 12 : 0)
}
