/**
 * What of an amount belongs to the days up to one: a line is the same for each of its days. Rounded to cents on
 * what has passed so far, so that the parts of a line add up to it whatever the days at which it is cut. Pure.
 */
import { micros, shareInCents, ZERO_MICROS, type Micros } from '../core/money/money.ts'
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
