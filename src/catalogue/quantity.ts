/**
 * Amounts as people write them in the catalogue ("300 min", "5 GB", "100 sms", "12.50 EUR") as
 * whole numbers of the unit in which usage is counted. 1 KB = 1,024 bytes, 1 MB = 1,024 KB, unless
 * the catalogue says `units: decimal` (rating.md §3).
 */
import { Decimal } from 'decimal.js'
import { MICROS_PER_UNIT } from '../core/money/money.ts'

export const MEASURES = ['voice', 'data', 'message', 'event', 'money'] as const
export type Measure = (typeof MEASURES)[number]
export type DataUnits = 'binary' | 'decimal'

/** What usage of a measure is counted in. */
export const UNIT_OF_MEASURE = {
  voice: 'second',
  data: 'byte',
  message: 'message',
  event: 'event',
  money: 'money',
} as const satisfies Record<Measure, string>

export const QUANTITY_PATTERN = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/

/** Which measure a unit belongs to, so that "5 GB" in the place of minutes can be named as data. */
export function measureOf(quantity: string): Measure | undefined {
  const unit = QUANTITY_PATTERN.exec(quantity.trim())?.[2] ?? ''
  return MEASURES.find((measure) => unitSize(unit, measure, 'binary') !== undefined)
}

/**
 * Seconds, bytes, messages, units or micros. A number when it is right; otherwise what is wrong
 * with it, as a sentence for the owner of the catalogue.
 */
export function parseQuantity(text: string, measure: Measure, units: DataUnits): number | string {
  const parts = QUANTITY_PATTERN.exec(text.trim())
  if (parts === null) return `"${text}" is no ${WORDS[measure]}`
  const [, count = '', unit = ''] = parts
  const size = unitSize(unit, measure, units)
  if (size === undefined) return `"${text}" is no ${WORDS[measure]}`
  const quantity = new Decimal(count).times(size)
  if (!quantity.isInteger()) return `"${text}" is no whole number of ${SMALLEST[measure]}`
  if (quantity.greaterThan(Number.MAX_SAFE_INTEGER)) return `"${text}" is too large`
  return quantity.toNumber()
}

/** Size of one unit ("min" is 60), or undefined when the unit is not one of the measure. */
export function unitSize(unit: string, measure: Measure, units: DataUnits): number | undefined {
  const size = UNITS[measure].get(unit)
  if (measure !== 'data' || size === undefined) return size
  return (units === 'binary' ? 1024 : 1000) ** size
}

/** For data the power of a kilobyte. */
const UNITS: Readonly<Record<Measure, ReadonlyMap<string, number>>> = {
  voice: new Map([
    ['s', 1],
    ['sec', 1],
    ['min', 60],
    ['h', 3600],
  ]),
  data: new Map([
    ['B', 0],
    ['KB', 1],
    ['MB', 2],
    ['GB', 3],
    ['TB', 4],
  ]),
  message: new Map(['sms', 'mms', 'message', 'messages'].map((unit) => [unit, 1])),
  event: new Map(['event', 'events', 'call', 'calls'].map((unit) => [unit, 1])),
  money: new Map([['EUR', MICROS_PER_UNIT]]),
}

const SMALLEST: Readonly<Record<Measure, string>> = {
  voice: 'seconds',
  data: 'bytes',
  message: 'messages',
  event: 'events',
  money: 'millionths of a euro',
}

const WORDS: Readonly<Record<Measure, string>> = {
  voice: 'duration: write a number with s, min or h, such as "300 min"',
  data: 'volume: write a number with B, KB, MB, GB or TB, such as "5 GB"',
  message: 'number of messages: write it as "100 sms"',
  event: 'number of events: write it as "10 events"',
  money: 'amount: write it as "12.50 EUR"',
}
