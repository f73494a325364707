/**
 * Durations as sources write them: a number of a unit, or a clock such as `hh:mm:ss`. A clock is read
 * as it is written down and nothing else: `000130` is no `hh:mm:ss` (declare `hhmmss`), `02:03` is no
 * `hh:mm:ss` either (declare `mm:ss` too, if the source leaves out hours), so that no text is read in
 * another unit than its maker's.
 *
 * Parts of a clock, the largest first and none left out: d dd · h hh H HH · m mm · s ss · S SS SSS
 * (exactly so many digits of a fraction) · f (one to nine). Before another character the first part may
 * have up to six digits; the others are below 60 (hours after days below 24). Other characters stand
 * for themselves, letters in [brackets]: `hh:mm'ss`, `m[m]ss[s]`.
 */
import { z } from 'zod'
import { digitsBetween, wholeNumber } from './digits.ts'
import { scaledDecimal } from './exact-decimal.ts'
import type { RoundingMode } from '../../core/money/money.ts'

const MICROS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['microseconds', 1],
  ['milliseconds', 1_000],
  ['centiseconds', 10_000],
  ['deciseconds', 100_000],
  ['seconds', 1_000_000],
  ['minutes', 60_000_000],
  ['hours', 3_600_000_000],
])
const MICROS_PER_SECOND = 1_000_000

/** One unit or clock, or several that are tried in order. */
export const durationUnitOption = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((given) => [given].flat())
  .superRefine((units, context) => {
    for (const message of problemsOf(units)) context.addIssue({ code: 'custom', message })
  })

function problemsOf(units: readonly string[]): string[] {
  const problems = units.flatMap((unit) => {
    if (MICROS_PER_UNIT.has(unit)) return []
    const clock = parseClock(unit)
    return typeof clock === 'string' ? [`"${unit}": ${clock}`] : []
  })
  const isShadowed = units.some((unit, at) => MICROS_PER_UNIT.has(unit) && at + 1 < units.length)
  if (isShadowed) problems.push('a plain unit comes last, as what follows it would never be read')
  return problems
}

/** Parts of a second can come up, so that their rounding matters. */
export function hasParts(units: readonly string[]): boolean {
  return units.some((unit) => {
    if (MICROS_PER_UNIT.has(unit)) return true
    const clock = parseClock(unit)
    return typeof clock !== 'string' && clock.some((step) => step.unit === 'fraction')
  })
}

export function isPlainUnit(unit: string): boolean {
  return MICROS_PER_UNIT.has(unit)
}

/** Whole seconds of a text that is not empty, or NaN. */
export function compileDuration(options: {
  readonly durationUnit: readonly string[]
  readonly durationRounding: RoundingMode
  readonly decimalMark: string
}): (text: string) => number {
  const readers = options.durationUnit.map((unit) => compileUnit(unit, options))
  const [first] = readers
  if (first !== undefined && readers.length === 1) return first
  return (text) => {
    for (const read of readers) {
      const seconds = read(text)
      if (!Number.isNaN(seconds)) return seconds
    }
    return Number.NaN
  }
}

function compileUnit(
  unit: string,
  { durationRounding, decimalMark }: { durationRounding: RoundingMode; decimalMark: string },
): (text: string) => number {
  const factor = MICROS_PER_UNIT.get(unit)
  if (factor === undefined) return compileClock(unit, durationRounding)
  const scale = { factor, divisor: MICROS_PER_SECOND, rounding: durationRounding }
  if (unit !== 'seconds') return (text) => scaledDecimal(text, decimalMark, scale)
  return (text) => {
    const whole = wholeNumber(text)
    return Number.isNaN(whole) ? scaledDecimal(text, decimalMark, scale) : whole
  }
}

interface Step {
  readonly unit: 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'literal'
  readonly written: string
  readonly digitsMin: number
  readonly digitsMax: number
  /** The first value that is too large. */
  readonly below: number
}

const PIECE = /\[([^\]]{0,20})\]|([A-Za-z])\2{0,8}|[^A-Za-z[]|\[/g
const UNITS: ReadonlyMap<string, Step['unit']> = new Map([
  ['d', 'day'],
  ['dd', 'day'],
  ['h', 'hour'],
  ['hh', 'hour'],
  ['H', 'hour'],
  ['HH', 'hour'],
  ['m', 'minute'],
  ['mm', 'minute'],
  ['s', 'second'],
  ['ss', 'second'],
])
const ORDER: readonly Step['unit'][] = ['day', 'hour', 'minute', 'second', 'fraction']
const SECONDS_OF = { day: 86_400, hour: 3_600, minute: 60, second: 1, fraction: 0, literal: 0 }
const FIRST_DIGITS_MAX = 6

/** The steps of a clock, or what is wrong with it. */
function parseClock(format: string): Step[] | string {
  const steps: Step[] = []
  for (const [written, bracketed] of format.matchAll(PIECE)) {
    if (written === '[') return '"[" is not closed'
    const isText = bracketed !== undefined || !/^[A-Za-z]/.test(written)
    const unit = isText
      ? 'literal'
      : /^(?:S{1,9}|f)$/.test(written)
        ? 'fraction'
        : UNITS.get(written)
    if (unit === undefined) return unknownPart(written)
    const digits = written === 'f' ? [1, 9] : [written.length, written.length]
    const [digitsMin = 1, digitsMax = 1] = digits
    const text = bracketed ?? written
    steps.push({ unit, written: text, digitsMin, digitsMax, below: unit === 'hour' ? 24 : 60 })
  }
  const units = steps.filter((step) => step.unit !== 'literal').map((step) => step.unit)
  const first = ORDER.indexOf(units[0] ?? 'literal')
  if (first === -1 || first === ORDER.indexOf('fraction')) return UNKNOWN_UNIT
  if (units.some((unit, at) => unit !== ORDER[first + at])) {
    return `its parts are ${units.join(', ')}: largest first, each once, none left out`
  }
  return steps.map((step, at) => widened(step, at, steps))
}

const UNKNOWN_UNIT = `is neither a unit (${[...MICROS_PER_UNIT.keys()].join(', ')}) nor a clock such as hh:mm:ss`

function unknownPart(written: string): string {
  const hint = written === 'MM' ? '; minutes are mm' : ''
  return `"${written}" is no part of a clock (d hh mm ss S f; other letters stand in [brackets])${hint}; it ${UNKNOWN_UNIT}`
}

/** The first number may be large, and short where a character ends it; h, m and s have one digit or two. */
function widened(step: Step, at: number, steps: readonly Step[]): Step {
  if (step.unit === 'literal' || step.unit === 'fraction') return step
  const isFirst = steps.findIndex((one) => one.unit !== 'literal') === at
  const next = steps[at + 1]
  const isEnded = next === undefined || next.unit === 'literal'
  if (isFirst) {
    return {
      ...step,
      below: Infinity,
      ...(isEnded ? { digitsMin: 1, digitsMax: FIRST_DIGITS_MAX } : {}),
    }
  }
  return step.digitsMax === 1 && isEnded ? { ...step, digitsMax: 2 } : step
}

function compileClock(format: string, rounding: RoundingMode): (text: string) => number {
  const steps = parseClock(format)
  if (typeof steps === 'string') return () => Number.NaN
  return (text) => {
    let at = 0
    let seconds = 0
    for (const step of steps) {
      if (step.unit === 'literal') {
        if (!text.startsWith(step.written, at)) return Number.NaN
        at += step.written.length
        continue
      }
      const end = endOfDigits(text, at, step.digitsMax)
      if (end - at < step.digitsMin) return Number.NaN
      const value = digitsBetween(text, at, end)
      if (step.unit === 'fraction') {
        seconds += roundedFraction(value, 10 ** (end - at), rounding)
      } else if (value < step.below) seconds += value * SECONDS_OF[step.unit]
      else return Number.NaN
      at = end
    }
    return at === text.length ? seconds : Number.NaN
  }
}

function endOfDigits(text: string, from: number, digitsMax: number): number {
  let end = from
  while (end < from + digitsMax && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) {
    end += 1
  }
  return end
}

/** 1 where `value` parts of a second count as a whole one, else 0. */
function roundedFraction(value: number, partsPerSecond: number, rounding: RoundingMode): number {
  if (rounding === 'up') return value > 0 ? 1 : 0
  return rounding === 'half-up' && value * 2 >= partsPerSecond ? 1 : 0
}
