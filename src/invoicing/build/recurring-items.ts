/**
 * Recurring charges: what the agreement says is due, less what earlier invoices charged, day by
 * day. One rule covers advance, arrears, activation, termination, change of plan and changes that
 * were entered late: a day that is due and was not charged is charged, a day that was charged and
 * is not due is taken back. Pure.
 */
import type { Catalogue, Plan } from '../../catalogue/catalogue.ts'
import type { Subscription, Validity } from '../../core/accounts.ts'
import {
  addMicros,
  microsFromDecimal,
  shareInMicros,
  ZERO_MICROS,
  type Micros,
} from '../../core/money.ts'
import { monthAfter, type BillingCalendar, type BillingPeriod } from '../../core/period.ts'
import { commonDays, holdsOn, isWithin, validAt, type DayRange } from '../../core/validity.ts'
import type { RecurringItem, RecurringSubject } from '../invoice-model.ts'

/** A change that is entered later than this many periods after its time is for a credit note. */
export const LOOKBACK_PERIODS_MAX = 3

/** What a closed period is settled by. */
export type AsClosed = Pick<RecurringRequest, 'catalogue' | 'subscriptions'>

export interface RecurringRequest {
  readonly period: BillingPeriod
  readonly calendar: BillingCalendar
  readonly subscriptions: readonly Subscription[]
  readonly catalogue: Catalogue
  /**
   * Closed periods, by their first day, as they were closed: what the catalogue says of them since then
   * neither charges nor takes back anything.
   */
  readonly closed?: ReadonlyMap<number, AsClosed> | undefined
  /** Items of earlier invoices of the account. */
  readonly charged: readonly RecurringItem[]
  /**
   * First day of the first period that tik billed for this account; undefined when this invoice is
   * the first. Whatever ran at its start is taken to be charged in advance by who billed before.
   */
  readonly firstBilledDay: number | undefined
}

/** Charges and credits of one invoice, in a fixed order. */
export function recurringItems(request: RecurringRequest): RecurringItem[] {
  const { calendar, period } = request
  const firstDay = Math.min(request.firstBilledDay ?? period.startDay, period.startDay)
  const coming = calendar.periodAt(period.endMs)
  const items: RecurringItem[] = []
  for (const covered of periodsToSettle(request, firstDay)) {
    const charged = byKey(request.charged.flatMap((item) => within(covered, item)))
    const isComing = covered.startDay === coming.startDay
    const asClosed = { ...request, ...request.closed?.get(covered.startDay) }
    const due = byKey(dueItems(asClosed, covered, isComing))
    if (covered.startDay === firstDay) addTo(charged, presumedItems(asClosed, covered))
    for (const key of [...new Set([...due.keys(), ...charged.keys()])].sort()) {
      items.push(...settle(covered, due.get(key) ?? [], charged.get(key) ?? []))
    }
  }
  return items
}

/** Fees of a period that no invoice charged, activation with them. */
export function unchargedMicros(request: RecurringRequest, covered: BillingPeriod): Micros {
  const charged = byKey(request.charged.flatMap((item) => within(covered, item)))
  const missing = [...byKey(dueItems(request, covered, false))].flatMap(([key, due]) =>
    settle(covered, due, charged.get(key) ?? []).filter(({ sign }) => sign > 0),
  )
  return missing.reduce((sum, item) => addMicros(sum, itemChargeMicros(item)), ZERO_MICROS)
}

/** The exact charge of an item: its fee, or the share of its days, to the micro, half up. */
export function itemChargeMicros(item: RecurringItem): Micros {
  const share = {
    numerator: item.sign * (item.toDay - item.fromDay),
    denominator: item.periodEndDay - item.periodStartDay,
  }
  if (item.subject === 'activation') return item.feeMicros
  return shareInMicros(item.feeMicros, share)
}

export function isWholePeriod(item: RecurringItem): boolean {
  return item.fromDay === item.periodStartDay && item.toDay === item.periodEndDay
}

function periodsToSettle(request: RecurringRequest, firstDay: number): BillingPeriod[] {
  const { calendar, period } = request
  const periods = [calendar.periodAt(period.endMs), period]
  for (let back = 0; back < LOOKBACK_PERIODS_MAX; back++) {
    const earliest = periods.at(-1)
    if (earliest === undefined || earliest.startDay <= firstDay) break
    periods.push(calendar.periodAt(earliest.startMs - 1))
  }
  return periods.reverse()
}

/**
 * By days, not by the period that it was charged for: periods are other ones after a change of anchor
 * that a build before applied to the past as well.
 */
function within(period: BillingPeriod, item: RecurringItem): RecurringItem[] {
  const days = commonDays(item, { fromDay: period.startDay, toDay: period.endDay })
  return days.fromDay < days.toDay ? [{ ...item, ...days }] : []
}

/** The month that a fee is for: in a bridging period, which is shorter, its share of it is due. */
function monthOf({ startDay }: BillingPeriod) {
  return { periodStartDay: startDay, periodEndDay: monthAfter(startDay) }
}

/** What the agreement asks for in one period, as it is known now. */
function dueItems(
  request: RecurringRequest,
  covered: BillingPeriod,
  isComing: boolean,
): RecurringItem[] {
  return request.subscriptions.flatMap((subscription) => {
    const fees = feesOf(request, covered, subscription)
    const wanted = fees.filter((fee) => !isComing || fee.plan.billing === 'advance')
    const items = wanted.map((fee) => fee.item)
    return isComing ? items : [...items, ...activationItem(request, covered, subscription)]
  })
}

/** Charged by the predecessor: in advance, for all of the first period, what ran at its start. */
function presumedItems(request: RecurringRequest, first: BillingPeriod): RecurringItem[] {
  const whole = { fromDay: first.startDay, toDay: first.endDay }
  return request.subscriptions.flatMap((subscription) =>
    feesOf(request, first, subscription)
      .filter((fee) => fee.plan.billing === 'advance' && fee.runsFromDay < first.startDay)
      .map((fee) => ({ ...fee.item, ...whole })),
  )
}

interface Fee {
  readonly item: RecurringItem
  readonly plan: Plan
  readonly runsFromDay: number
}

function feesOf(request: RecurringRequest, covered: BillingPeriod, subscription: Subscription) {
  const { calendar, catalogue } = request
  const active = daysOf(calendar, {
    fromMs: subscription.activatedMs,
    toMs: subscription.terminatedMs,
  })
  const plans = subscription.plans.flatMap((assignment) => {
    const plan = catalogue.plans.get(assignment.planId)
    return plan === undefined ? [] : [{ plan, days: daysOf(calendar, assignment) }]
  })
  const feeOf = (
    plan: Plan,
    days: DayRange,
    thing: { subject: RecurringSubject; id: string; fee: string },
  ): Fee[] => {
    const runs = commonDays(days, active)
    const part = commonDays(runs, { fromDay: covered.startDay, toDay: covered.endDay })
    const feeMicros = microsFromDecimal(thing.fee)
    if (part.fromDay >= part.toDay || feeMicros === 0) return []
    const starts = part.fromDay === Math.max(active.fromDay, covered.startDay)
    if (!plan.prorateFee && !starts && thing.subject === 'plan') return [] // From the next period on.
    const coversDays = plan.prorateFee ? part : { fromDay: covered.startDay, toDay: covered.endDay }
    const item: RecurringItem = {
      subscriptionId: subscription.subscriptionId,
      subject: thing.subject,
      subjectId: thing.id,
      ...monthOf(covered),
      ...coversDays,
      feeMicros,
      sign: 1,
    }
    return [{ item, plan, runsFromDay: runs.fromDay }]
  }
  return [
    ...plans.flatMap(({ plan, days }) =>
      feeOf(plan, days, { subject: 'plan', id: plan.planId, fee: plan.monthlyFee }),
    ),
    ...subscription.modules.flatMap((assignment) => {
      const module = catalogue.modules.get(assignment.moduleId)
      const days = daysOf(calendar, assignment)
      const plan = planFor(plans, Math.max(days.fromDay, active.fromDay, covered.startDay))
      if (module === undefined || plan === undefined) return []
      return feeOf(plan, days, { subject: 'module', id: module.moduleId, fee: module.monthlyFee })
    }),
  ]
}

function activationItem(
  request: RecurringRequest,
  covered: BillingPeriod,
  subscription: Subscription,
): RecurringItem[] {
  const { activatedMs } = subscription
  if (!isWithin(activatedMs, covered.startMs, covered.endMs)) return []
  const assignment = validAt(subscription.plans, activatedMs)
  const plan = request.catalogue.plans.get(assignment?.planId ?? '')
  const feeMicros = microsFromDecimal(plan?.activationFee ?? '0')
  if (plan === undefined || feeMicros === 0) return []
  const { day } = request.calendar.dayAt(activatedMs)
  return [
    {
      subscriptionId: subscription.subscriptionId,
      subject: 'activation',
      subjectId: plan.planId,
      ...monthOf(covered),
      fromDay: day,
      toDay: day + 1,
      feeMicros,
      sign: 1,
    },
  ]
}

/** Compares two sets of days and makes an item of each run of days that differs. */
function settle(
  period: BillingPeriod,
  due: readonly RecurringItem[],
  charged: readonly RecurringItem[],
): RecurringItem[] {
  const items: RecurringItem[] = []
  let open: { item: RecurringItem; sign: 1 | -1; fromDay: number } | undefined
  for (let day = period.startDay; day <= period.endDay; day++) {
    const dueItem = due.find((item) => holdsOn(item, day))
    const chargedItem = netCharged(charged, day)
    const sign = Math.sign((dueItem ? 1 : 0) - (chargedItem ? 1 : 0))
    const item = sign > 0 ? dueItem : chargedItem
    if (open !== undefined && (open.sign !== sign || !isOneFee(open.item, item))) {
      items.push({ ...open.item, fromDay: open.fromDay, toDay: day, sign: open.sign })
      open = undefined
    }
    if (open === undefined && item !== undefined && (sign === 1 || sign === -1)) {
      open = { item, sign, fromDay: day }
    }
  }
  return items
}

function isOneFee(left: RecurringItem, right: RecurringItem | undefined): boolean {
  return left.feeMicros === right?.feeMicros && left.periodStartDay === right.periodStartDay
}

/** The charge that still stands for a day: charges less what was taken back. */
function netCharged(charged: readonly RecurringItem[], day: number): RecurringItem | undefined {
  const onDay = charged.filter((item) => holdsOn(item, day))
  const net = onDay.reduce((sum, item) => sum + item.sign, 0)
  return net > 0 ? onDay.findLast((item) => item.sign > 0) : undefined
}

/**
 * A day belongs to what holds at its end: the day of activation counts, the day of termination does
 * not, and on a day of change there is one plan.
 */
function daysOf(calendar: BillingCalendar, validity: Validity): DayRange {
  const dayOf = (instantMs: number): number =>
    Number.isFinite(instantMs) ? calendar.dayAt(instantMs).day : instantMs
  return { fromDay: dayOf(validity.fromMs), toDay: dayOf(validity.toMs) }
}

function planFor(plans: readonly { plan: Plan; days: DayRange }[], day: number): Plan | undefined {
  return plans.find(({ days }) => holdsOn(days, day))?.plan
}

function byKey(items: readonly RecurringItem[]): Map<string, RecurringItem[]> {
  const grouped = new Map<string, RecurringItem[]>()
  addTo(grouped, items)
  return grouped
}

function addTo(grouped: Map<string, RecurringItem[]>, items: readonly RecurringItem[]): void {
  for (const item of items) {
    const key = `${item.subscriptionId}|${item.subject}|${item.subjectId}`
    const known = grouped.get(key)
    if (known === undefined) grouped.set(key, [item])
    else known.push(item)
  }
}
