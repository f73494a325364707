/**
 * What of an amount belongs to the days up to one: a line is the same for each of its days. Rounded to cents on
 * what has passed so far, so that the parts of a line add up to it whatever the days at which it is cut. Pure.
 */
import {
  micros,
  roundToCents,
  shareInCents,
  ZERO_MICROS,
  type Micros,
} from '../core/money/money.ts'
import { dayToIso, monthAfter } from '../core/time/period.ts'
import type { DayRange } from '../core/time/validity.ts'

/** A sum that is earned over its days. */
export interface OverDays extends DayRange {
  readonly amountMicros: Micros
}

/** Earned at the end of the day. */
export function earnedAt({ fromDay, toDay, amountMicros }: OverDays, day: number): Micros {
  if (day < fromDay) return ZERO_MICROS
  if (day + 1 >= toDay) return amountMicros
  return shareInCents(amountMicros, { numerator: day + 1 - fromDay, denominator: toDay - fromDay })
}

/** Still to be earned then. */
export function deferredAt(sum: OverDays, day: number): Micros {
  return micros(sum.amountMicros - earnedAt(sum, day))
}

/** In its calendar months, ascending; what comes to nothing in a month is left out. */
export function byMonth(sum: OverDays): OverDays[] {
  return withoutEmpty(monthsOf(sum), (month) => earnedAt(sum, month.toDay - 1))
}

/**
 * In parts that stand to each other as these weights do, rounded on what they come to so far; by days where the
 * weights come to nothing.
 */
export function byWeights(
  sum: OverDays,
  weights: readonly (DayRange & { readonly exactMicros: Micros })[],
): OverDays[] {
  const total = sumOf(weights.map(({ exactMicros }) => exactMicros))
  if (total === 0) return byMonth(sum)
  const upTo = new Map<DayRange, Micros>()
  let before = ZERO_MICROS
  for (const weight of weights) {
    before = micros(before + weight.exactMicros)
    const share = { numerator: before, denominator: total }
    // The line is what they come to, rounded once: then a part is what it comes to, rounded.
    const isTheirs = roundToCents(total) === sum.amountMicros
    upTo.set(weight, isTheirs ? roundToCents(before) : shareInCents(sum.amountMicros, share))
  }
  return withoutEmpty(weights, (weight) => upTo.get(weight) ?? ZERO_MICROS)
}

/** The calendar months that some days lie in, cut at both ends. */
export function monthsOf(days: DayRange): DayRange[] {
  const months: DayRange[] = []
  let { fromDay } = days
  do {
    const toDay = Math.min(days.toDay, nextMonth(fromDay))
    months.push({ fromDay, toDay })
    fromDay = toDay
  } while (fromDay < days.toDay)
  return months
}

/** Each with what has grown since the one before it. */
function withoutEmpty(parts: readonly DayRange[], upTo: (part: DayRange) => Micros): OverDays[] {
  let before = ZERO_MICROS
  return parts.flatMap((part) => {
    const after = upTo(part)
    const amountMicros = micros(after - before)
    before = after
    return amountMicros === 0 ? [] : [{ fromDay: part.fromDay, toDay: part.toDay, amountMicros }]
  })
}

function nextMonth(day: number): number {
  const dayOfMonth = Number.parseInt(dayToIso(day).slice(8), 10)
  return monthAfter(day - dayOfMonth + 1)
}

function sumOf(amounts: readonly Micros[]): Micros {
  return amounts.reduce((total, amount) => micros(total + amount), ZERO_MICROS)
}
