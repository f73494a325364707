/**
 * Fees of an account with bill-to's: each day on the invoice of whoever had it then. What is settled for the
 * account as a whole is only divided here, so that the invoices together charge what its one invoice would
 * have, to the micro (decision 0460). Pure.
 */
import { billToAt, type AssignedSubscription } from '../../core/accounts/bill-to.ts'
import type { BillingCalendar, BillingPeriod } from '../../core/time/period.ts'
import { isWithin } from '../../core/time/validity.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { itemChargeMicros } from './item-charge.ts'
import {
  append,
  isContinued,
  joinedTo,
  standingItems,
  type ChargedItem,
  type SettledItem,
} from './settle-items.ts'
import { splitByDays } from './split-by-days.ts'

export interface BillToDays {
  /** '' = the account itself. */
  onDay(subscriptionId: string, day: number): string
  /** First days of another bill-to, ascending. */
  changeDays(subscriptionId: string): readonly number[]
}

/** A day is whose it is at its end, as with plans. */
export function billToDays(
  subscriptions: readonly AssignedSubscription[],
  calendar: BillingCalendar,
): BillToDays {
  const at = billToAt(subscriptions)
  const changes = Map.groupBy(
    subscriptions.flatMap(({ subscriptionId, billTos = [] }) =>
      billTos.flatMap(({ fromMs, toMs }) =>
        [fromMs, toMs].filter(Number.isFinite).map((atMs) => ({ subscriptionId, atMs })),
      ),
    ),
    ({ subscriptionId }) => subscriptionId,
  )
  return {
    onDay: (subscriptionId, day) => at(subscriptionId, calendar.dayStartMs(day + 1) - 1),
    changeDays: (subscriptionId) => {
      const days = (changes.get(subscriptionId) ?? []).map(({ atMs }) => calendar.dayAt(atMs).day)
      return [...new Set(days)].sort((left, right) => left - right)
    },
  }
}

/** One item for each bill-to in a row. What is taken back of a charge stays on its invoice. */
export function onBillTos(item: SettledItem, days: BillToDays | undefined): SettledItem[] {
  if (days === undefined || item.billToId !== undefined) return [item]
  const changes = days.changeDays(item.subscriptionId)
  const parts = splitByDays(item, itemChargeMicros(item), changes).map((part): SettledItem => ({
    ...item,
    ...part.days,
    billToId: days.onDay(item.subscriptionId, part.days.fromDay),
  }))
  const joined: SettledItem[] = []
  for (const part of parts) append(joined, part)
  const bounds = joined.map(({ toDay }) => toDay)
  const exact = splitByDays(item, itemChargeMicros(item), bounds)
  return joined.map((part, index) => ({ ...part, ...partOf(part, exact[index]?.exactMicros) }))
}

function partOf(
  part: RecurringItem,
  exactMicros: RecurringItem['chargeMicros'],
): Pick<RecurringItem, 'chargeMicros'> {
  const isShare = exactMicros === undefined || itemChargeMicros(part) === exactMicros
  return isShare ? {} : { chargeMicros: exactMicros }
}

/** What was charged to another bill-to than now has its days: taken back there and charged here, once. */
export function movedItems(
  covered: BillingPeriod,
  {
    due,
    charged,
  }: { readonly due: readonly RecurringItem[]; readonly charged: readonly ChargedItem[] },
  days: BillToDays | undefined,
): SettledItem[] {
  if (days === undefined) return []
  const moves: Move[] = []
  for (const { isGivenBack: _no, ...standing } of standingItems(covered, due, charged)) {
    for (const part of byDays(standing, days.changeDays(standing.subscriptionId))) {
      const toId = days.onDay(part.subscriptionId, part.fromDay)
      if (part.billToId === undefined || part.billToId === toId) continue
      const before = moves.at(-1)
      const isNext = before?.toId === toId && isContinued(before.item, part)
      if (isNext) moves[moves.length - 1] = { toId, item: joinedTo(before.item, part) }
      else moves.push({ toId, item: part })
    }
  }
  // What is charged is what is taken back, so that the two come to nothing to the micro.
  return [
    ...moves.map(({ item }): SettledItem => ({ ...item, sign: -1 })),
    ...moves.map(({ item, toId }): SettledItem => ({ ...item, sign: 1, billToId: toId })),
  ]
}

interface Move {
  readonly item: SettledItem
  readonly toId: string
}

function byDays(item: SettledItem, changeDays: readonly number[]): SettledItem[] {
  const inside = changeDays.filter((day) => isWithin(day, item.fromDay + 1, item.toDay))
  const ends = [...inside, item.toDay]
  return ends.map((toDay, index) => ({ ...item, fromDay: ends[index - 1] ?? item.fromDay, toDay }))
}
