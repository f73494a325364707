/** What a recurring item comes to, exactly. */
import { micros, shareInMicros, type Micros } from '../../core/money/money.ts'
import type { RecurringItem } from '../invoice-model.ts'

/** The exact charge of an item, negative for a credit: its fee, or the share of its days, to the micro, half up. */
export function itemChargeMicros(item: RecurringItem): Micros {
  if (item.chargeMicros !== undefined) return item.chargeMicros
  if (item.subject === 'activation') return micros(item.feeMicros * item.sign)
  return shareInMicros(item.feeMicros, {
    numerator: item.sign * (item.toDay - item.fromDay),
    denominator: item.periodEndDay - item.periodStartDay,
  })
}

export function isWholePeriod(item: RecurringItem): boolean {
  return item.fromDay === item.periodStartDay && item.toDay === item.periodEndDay
}
