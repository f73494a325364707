/**
 * Recurring charges: what the agreement says is due, less what earlier invoices charged, day by
 * day. One rule covers advance, arrears, activation, termination, change of plan and changes that
 * were entered late, however late: a day that is due and was not charged is charged, a day that was
 * charged and is not due is taken back. Pure.
 */
import assert from 'node:assert/strict'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { BillingPeriod } from '../../core/time/period.ts'
import { commonDays } from '../../core/time/validity.ts'
import { dueItems, presumedItems, withoutPrice, type Agreed } from './due-items.ts'
import { itemChargeMicros } from './item-charge.ts'
import { movedItems, onBillTos, type BillToDays } from './bill-to-items.ts'
import { settleItems, type ChargedItem, type SettledItem } from './settle-items.ts'

/** Periods of one account that are settled: a century of months, more than anybody billed. */
export const SETTLED_PERIODS_MAX = 1_200

/** What a closed period is settled by. */
export type AsClosed = Omit<Agreed, 'calendar'>

export interface RecurringRequest extends Agreed {
  readonly period: BillingPeriod
  /**
   * Closed periods, by their first day, as they were closed: what the catalogue says of them since then
   * neither charges nor takes back anything.
   */
  readonly closed?: ReadonlyMap<number, AsClosed> | undefined
  /** Items of earlier invoices of the account. */
  readonly charged: readonly ChargedItem[]
  /**
   * First day of the first period that tik billed for this account; undefined when this invoice is
   * the first. Whatever ran at its start is taken to be charged in advance by who billed before.
   */
  readonly firstBilledDay: number | undefined
  /** Of an account with bill-to's: whose invoice each day of a subscription is on. */
  readonly billToDays?: BillToDays | undefined
}

/** Charges and credits of one invoice, in a fixed order. */
export function recurringItems(request: RecurringRequest): SettledItem[] {
  const { calendar, period, closed } = request
  const firstDay = Math.min(request.firstBilledDay ?? period.startDay, period.startDay)
  const coming = calendar.periodAt(period.endMs)
  const periods = periodsToSettle(request, firstDay)
  const chargedIn = chargedByPeriod(periods, request.charged)
  const items: SettledItem[] = []
  for (const covered of periods) {
    const chargedItems = chargedIn.get(covered.startDay) ?? []
    const charged = byKey(chargedItems)
    // An older month can be billed after a newer one: what is closed does not only come.
    const isComing = covered.startDay === coming.startDay && closed?.has(covered.startDay) !== true
    const asClosed = { ...request, ...closed?.get(covered.startDay) }
    const due = byKey([
      ...dueItems(asClosed, covered, isComing),
      ...(closed?.has(covered.startDay) === true ? withoutPrice(asClosed, chargedItems) : []),
    ])
    if (covered.startDay === firstDay) addTo(charged, presumedItems(asClosed, covered))
    for (const key of [...new Set([...due.keys(), ...charged.keys()])].sort()) {
      const of = { due: due.get(key) ?? [], charged: charged.get(key) ?? [] }
      const settled = settleItems(covered, of.due, of.charged)
      items.push(...settled.flatMap((item) => onBillTos(item, request.billToDays)))
      items.push(...movedItems(covered, of, request.billToDays))
    }
  }
  return items
}

/** Fees of a period that no invoice charged, activation with them. */
export function unchargedMicros(request: RecurringRequest, covered: BillingPeriod): Micros {
  const charged = byKey(chargedByPeriod([covered], request.charged).get(covered.startDay) ?? [])
  const missing = [...byKey(dueItems(request, covered, false))].flatMap(([key, due]) =>
    settleItems(covered, due, charged.get(key) ?? []).filter(({ sign }) => sign === 1),
  )
  return missing.reduce((sum, item) => addMicros(sum, itemChargeMicros(item)), ZERO_MICROS)
}

/** From the first that was billed to the coming one, ascending. */
function periodsToSettle(
  { calendar, period }: RecurringRequest,
  firstDay: number,
): BillingPeriod[] {
  const periods = [calendar.periodAt(period.endMs), period]
  for (let earliest = period; earliest.startDay > firstDay;) {
    assert(periods.length <= SETTLED_PERIODS_MAX, 'an account has more periods than a century')
    earliest = calendar.periodAt(earliest.startMs - 1)
    periods.push(earliest)
  }
  return periods.reverse()
}

/**
 * By days, not by the period that it was charged for: periods are other ones after a change of anchor
 * that a build before applied to the past as well.
 */
function chargedByPeriod(
  periods: readonly BillingPeriod[],
  charged: readonly ChargedItem[],
): Map<number, ChargedItem[]> {
  const parts = new Map<number, ChargedItem[]>(periods.map(({ startDay }) => [startDay, []]))
  // What is taken back of it is a share by days again, whatever part of a sum it was.
  for (const { chargeMicros: _sum, ...item } of charged) {
    let index = periods.findLastIndex(({ startDay }) => startDay < item.toDay)
    for (; index >= 0; index -= 1) {
      const period = periods[index]
      if (period === undefined || period.endDay <= item.fromDay) break
      const days = commonDays(item, { fromDay: period.startDay, toDay: period.endDay })
      parts.get(period.startDay)?.push({ ...item, ...days })
    }
  }
  return parts
}

function byKey(items: readonly ChargedItem[]): Map<string, ChargedItem[]> {
  const grouped = new Map<string, ChargedItem[]>()
  addTo(grouped, items)
  return grouped
}

function addTo(grouped: Map<string, ChargedItem[]>, items: readonly ChargedItem[]): void {
  for (const item of items) {
    const key = `${item.subscriptionId}|${item.subject}|${item.subjectId}`
    const known = grouped.get(key)
    if (known === undefined) grouped.set(key, [item])
    else known.push(item)
  }
}
