/**
 * One fee of one subscription in one period: the days that are due compared with what earlier invoices
 * charged and took back. What comes out makes each due day charged once and every other day not at all. Pure.
 */
import type { BillingPeriod } from '../../core/time/period.ts'
import { holdsOn, type DayRange } from '../../core/time/validity.ts'
import type { RecurringItem } from '../invoice-model.ts'

/** What is settled, and whose invoice it is for. */
export interface SettledItem extends RecurringItem {
  /** '' = the account itself; absent where the days say it. What is taken back is so where it was charged. */
  readonly billToId?: string
}

/** An item of an earlier invoice. */
export interface ChargedItem extends SettledItem {
  /** A credit note gave the whole invoice back: it is neither charged again nor taken back once more. */
  readonly isGivenBack?: boolean
}

/** In order of their days; days in a row with one fee are one item. */
export function settleItems(
  period: BillingPeriod,
  due: readonly RecurringItem[],
  charged: readonly ChargedItem[],
): SettledItem[] {
  const items: SettledItem[] = []
  for (const days of stretches(period, [...due, ...charged])) {
    const dueItem = due.find((item) => holdsOn(item, days.fromDay))
    const onDays = charged.filter((item) => holdsOn(item, days.fromDay))
    for (const { isGivenBack: _past, ...item } of difference(dueItem, onDays)) {
      append(items, { ...item, ...days })
    }
  }
  return items
}

/** The charge that stands on days that are due, and was not given back; the first where there are more. */
export function standingItems(
  period: BillingPeriod,
  due: readonly RecurringItem[],
  charged: readonly ChargedItem[],
): ChargedItem[] {
  return stretches(period, [...due, ...charged]).flatMap((days) => {
    if (!due.some((item) => holdsOn(item, days.fromDay))) return []
    const { standing } = standingCharges(charged.filter((item) => holdsOn(item, days.fromDay)))
    const kept = standing.find(({ isGivenBack }) => isGivenBack !== true)
    return kept === undefined ? [] : [{ ...kept, ...days }]
  })
}

/** Days between which nothing begins or ends. */
function stretches(period: BillingPeriod, items: readonly DayRange[]): DayRange[] {
  const days = [
    period.startDay,
    period.endDay,
    ...items.flatMap((each) => [each.fromDay, each.toDay]),
  ]
  const bounds = [...new Set(days)].sort((left, right) => left - right)
  return bounds.slice(1).map((toDay, index) => ({ fromDay: bounds[index] ?? toDay, toDay }))
}

/** A charge that no invoice made, or a credit for each charge too many. */
function difference(
  due: RecurringItem | undefined,
  charged: readonly ChargedItem[],
): ChargedItem[] {
  const { standing, owed } = standingCharges(charged)
  const lacking = due === undefined || standing.length > 0 ? [] : [due]
  const paid = standing.filter(({ isGivenBack }) => isGivenBack !== true)
  const tooMany = due === undefined ? paid : paid.slice(1)
  return [
    ...owed.map((item): ChargedItem => ({ ...item, sign: 1 })),
    ...lacking.map((item): ChargedItem => ({ ...item, sign: 1 })),
    ...tooMany.map((item): ChargedItem => ({ ...item, sign: -1 })),
  ]
}

/** Charges less what was taken back, and what was taken back of no charge. */
function standingCharges(charged: readonly ChargedItem[]) {
  const standing: ChargedItem[] = []
  const owed: ChargedItem[] = []
  for (const item of charged) {
    if (item.sign === 1) {
      standing.push(item)
      continue
    }
    const ofBillTo = standing.findLastIndex(
      (each) => isOneFee(each, item) && isOneBillTo(each, item),
    )
    const ofFee = standing.findLastIndex((each) => isOneFee(each, item))
    const found = ofBillTo < 0 ? ofFee : ofBillTo
    const taken = standing.splice(found < 0 ? standing.length - 1 : found, 1)
    if (taken.length === 0) owed.push(item)
  }
  return { standing, owed }
}

/** Days in a row with one fee, of one bill-to, are one item. */
export function append(items: SettledItem[], next: SettledItem): void {
  const before = items.findLastIndex((each) => isContinued(each, next))
  const found = items[before]
  if (found === undefined) items.push(next)
  else items[before] = joinedTo(found, next)
}

export function isContinued(before: SettledItem, next: SettledItem): boolean {
  return (
    before.sign === next.sign &&
    before.toDay === next.fromDay &&
    isOneFee(before, next) &&
    isOneBillTo(before, next)
  )
}

export function joinedTo(before: SettledItem, { toDay }: SettledItem): SettledItem {
  return { ...before, toDay }
}

function isOneFee(left: RecurringItem, right: RecurringItem): boolean {
  return left.feeMicros === right.feeMicros && left.periodStartDay === right.periodStartDay
}

function isOneBillTo(left: SettledItem, right: SettledItem): boolean {
  return left.billToId === right.billToId
}
