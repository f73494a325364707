/** What the agreement asks for in one period, as it is known now: fees of plans and modules, activations. Pure. */
import type { Catalogue, Plan } from '../../catalogue/catalogue.ts'
import { feeAt, feeVersions, type DatedFee } from '../../catalogue/fee-at.ts'
import type { Subscription, Validity } from '../../core/accounts/accounts.ts'
import { microsFromDecimal, type Micros } from '../../core/money/money.ts'
import { monthAfter, type BillingCalendar, type BillingPeriod } from '../../core/time/period.ts'
import {
  commonDays,
  holdsOn,
  isWithin,
  overlaps,
  validAt,
  type DayRange,
} from '../../core/time/validity.ts'
import type { RecurringItem, RecurringSubject } from '../invoice-model.ts'

export interface Agreed {
  readonly calendar: BillingCalendar
  readonly subscriptions: readonly Subscription[]
  readonly catalogue: Catalogue
}

/** Of a period that only comes, what is asked in advance. */
export function dueItems(
  agreed: Agreed,
  covered: BillingPeriod,
  isComing: boolean,
): RecurringItem[] {
  return agreed.subscriptions.flatMap((subscription) => {
    const fees = feesOf(agreed, covered, subscription)
    const wanted = fees.filter((fee) => !isComing || fee.plan.billing === 'advance')
    const items = wanted.map((fee) => fee.item)
    return isComing ? items : [...items, ...activationItem(agreed, covered, subscription)]
  })
}

/** Charged by the predecessor: in advance, for all of the first period, what ran at its start. */
export function presumedItems(agreed: Agreed, first: BillingPeriod): RecurringItem[] {
  const whole = { fromDay: first.startDay, toDay: first.endDay }
  return agreed.subscriptions.flatMap((subscription) =>
    feesOf(agreed, first, subscription)
      .filter((fee) => fee.plan.billing === 'advance' && fee.runsFromDay < first.startDay)
      // What came from another account was billed here, and is credited to that.
      .filter(() => subscription.takenOver?.came !== true)
      .map((fee) => ({ ...fee.item, ...whole })),
  )
}

/**
 * What was charged for something that left the catalogue stands for as long as it is agreed: nobody knows
 * another price of it, and a credit of all its months is no answer.
 */
export function withoutPrice(
  { calendar, subscriptions, catalogue }: Agreed,
  charged: readonly RecurringItem[],
): RecurringItem[] {
  const byId = Map.groupBy(subscriptions, (each) => each.subscriptionId)
  const isAgreed = (item: RecurringItem, subscription: Subscription): boolean => {
    const { plans, modules, activatedMs, terminatedMs } = subscription
    const assignments: readonly Validity[] =
      item.subject === 'module'
        ? modules.filter(({ moduleId }) => moduleId === item.subjectId)
        : plans.filter(({ planId }) => planId === item.subjectId)
    const active = daysOf(calendar, { fromMs: activatedMs, toMs: terminatedMs })
    return assignments.some((assignment) => {
      const agreed = commonDays(commonDays(daysOf(calendar, assignment), active), item)
      return agreed.fromDay < agreed.toDay
    })
  }
  return charged.filter((item) => {
    const own = byId.get(item.subscriptionId) ?? []
    return item.sign === 1 && !isPriced(catalogue, item) && own.some((each) => isAgreed(item, each))
  })
}

function isPriced({ plans, modules }: Catalogue, { subject, subjectId }: RecurringItem): boolean {
  return subject === 'module' ? modules.has(subjectId) : plans.has(subjectId)
}

interface Fee {
  readonly item: RecurringItem
  readonly plan: Plan
  readonly runsFromDay: number
}

interface PlanDays {
  readonly plan: Plan
  /** While the subscription is active. */
  readonly days: DayRange
}

function feesOf(agreed: Agreed, covered: BillingPeriod, subscription: Subscription): Fee[] {
  const { calendar, catalogue } = agreed
  const life = { fromMs: subscription.activatedMs, toMs: subscription.terminatedMs }
  if (!overlaps(life, { fromMs: covered.startMs, toMs: covered.endMs })) return []
  const active = daysOf(calendar, life)
  const plans = subscription.plans.flatMap((assignment): PlanDays[] => {
    const plan = catalogue.plans.get(assignment.planId)
    return plan === undefined ? [] : [{ plan, days: daysOf(calendar, assignment) }]
  })
  const feeOf = (
    { plan, days }: PlanDays,
    paidDays: DayRange,
    thing: { subject: RecurringSubject; id: string; fee: DatedFee },
  ): Fee[] => {
    const runsFromDay = commonDays(days, active).fromDay
    const own = commonDays(paidDays, shareOf(subscription, active))
    return pricedDays(calendar, thing.fee, { paidDays: own, byDays: plan.prorateFee }).map(
      (priced) => ({
        item: {
          subscriptionId: subscription.subscriptionId,
          subject: thing.subject,
          subjectId: thing.id,
          ...monthOf(covered),
          ...priced,
          sign: 1,
        },
        plan,
        runsFromDay,
      }),
    )
  }
  return [
    ...paidPlans(covered, active, plans).flatMap(({ paidDays, ...plan }) => {
      const { planId, monthlyFee } = plan.plan
      return feeOf(plan, paidDays, { subject: 'plan', id: planId, fee: monthlyFee })
    }),
    ...subscription.modules.flatMap((assignment) => {
      const module = catalogue.modules.get(assignment.moduleId)
      const days = daysOf(calendar, assignment)
      const fromDay = Math.max(days.fromDay, active.fromDay, covered.startDay)
      const plan = plans.find((each) => holdsOn(each.days, fromDay))?.plan
      if (module === undefined || plan === undefined) return []
      const part = partOf(covered, commonDays(days, active))
      const isPaidWhole = !plan.prorateFee && part.fromDay < part.toDay
      return feeOf({ plan, days }, isPaidWhole ? wholeOf(covered) : part, {
        subject: 'module',
        id: module.moduleId,
        fee: module.monthlyFee,
      })
    }),
  ]
}

/**
 * Where a subscription moves between accounts they share its month by the days, also of a plan of whole
 * months: each day is paid by the one that has it.
 */
function shareOf({ takenOver }: Subscription, active: DayRange): DayRange {
  return {
    fromDay: takenOver?.came === true ? active.fromDay : -Infinity,
    toDay: takenOver?.went === true ? active.toDay : Infinity,
  }
}

/** A day has the fee of its own date; a whole month that of its first day. What costs nothing is left out. */
function pricedDays(
  calendar: BillingCalendar,
  fee: DatedFee,
  { paidDays, byDays }: { readonly paidDays: DayRange; readonly byDays: boolean },
): (DayRange & { readonly feeMicros: Micros })[] {
  return feeVersions(fee).flatMap((version) => {
    const holds = daysOf(calendar, version)
    const part = byDays ? commonDays(paidDays, holds) : paidDays
    const isOfThen = byDays || holdsOn(holds, paidDays.fromDay)
    const feeMicros = microsFromDecimal(version.fee)
    if (part.fromDay >= part.toDay || !isOfThen || feeMicros === 0) return []
    return { fromDay: part.fromDay, toDay: part.toDay, feeMicros }
  })
}

/**
 * The days of the period that each plan is paid for: each day by one plan. A plan by days has its own; a
 * plan of whole months, once it began, has the rest of the month, and all of it when it is the month's
 * first: what follows it begins with the next period.
 */
function paidPlans(
  covered: BillingPeriod,
  active: DayRange,
  plans: readonly PlanDays[],
): (PlanDays & { readonly paidDays: DayRange })[] {
  const firstDay = Math.max(active.fromDay, covered.startDay)
  let paidToDay = covered.startDay
  const inOrder = plans
    .map((each) => ({ ...each, part: partOf(covered, commonDays(each.days, active)) }))
    .filter(({ part }) => part.fromDay < part.toDay)
    .sort((left, right) => left.part.fromDay - right.part.fromDay)
  return inOrder.flatMap(({ plan, days, part }) => {
    const isFirst = part.fromDay === firstDay
    const fromDay = isFirst && !plan.prorateFee ? covered.startDay : part.fromDay
    const paidDays = {
      fromDay: Math.max(paidToDay, fromDay),
      toDay: plan.prorateFee ? part.toDay : covered.endDay,
    }
    paidToDay = Math.max(paidToDay, paidDays.toDay)
    return [{ plan, days, paidDays }]
  })
}

function partOf(covered: BillingPeriod, days: DayRange): DayRange {
  return commonDays(days, wholeOf(covered))
}

function wholeOf({ startDay, endDay }: BillingPeriod): DayRange {
  return { fromDay: startDay, toDay: endDay }
}

function activationItem(
  { calendar, catalogue }: Agreed,
  covered: BillingPeriod,
  subscription: Subscription,
): RecurringItem[] {
  const { activatedMs, takenOver } = subscription
  if (takenOver?.came === true) return [] // Its activation was the other account's.
  if (!isWithin(activatedMs, covered.startMs, covered.endMs)) return []
  const assignment = validAt(subscription.plans, activatedMs)
  const plan = catalogue.plans.get(assignment?.planId ?? '')
  const feeMicros = feeAt(plan?.activationFee ?? '0', activatedMs)
  if (plan === undefined || feeMicros === 0) return []
  const { day } = calendar.dayAt(activatedMs)
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

/** The month that a fee is for: in a bridging period, which is shorter, its share of it is due. */
function monthOf({ startDay }: BillingPeriod) {
  return { periodStartDay: startDay, periodEndDay: monthAfter(startDay) }
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
