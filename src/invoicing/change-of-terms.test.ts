/**
 * Terms of billing change while usage is rated and months are billed, in any order: the calendar, the
 * boundary of a change and the fees together. Ledger and store are lists here; run-billing.test.ts and
 * test/closed-months.test.ts do the same with real ones.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Catalogue, Plan } from '../catalogue/catalogue.ts'
import { accountCalendar, termsAt } from '../core/time/account-calendar.ts'
import type { Account, BillingTerms } from '../core/accounts/accounts.ts'
import type { BillingPeriod } from '../core/time/period.ts'
import { changedTerms } from '../directory/store/change-terms.ts'
import { inventedRequest } from '../../test/doubles/invented-request.ts'
import type { RecurringItem } from './invoice-model.ts'
import { itemChargeMicros } from './build/item-charge.ts'
import { recurringItems } from './build/recurring-items.ts'

const DAY_MS = 86_400_000
const { account, subscriptions, catalogue } = inventedRequest({ subscriptionsCount: 1 })
const STARTS_MS = Date.parse('2026-09-10T10:00:00Z')
const [subscription] = subscriptions.map((each) => {
  return {
    ...each,
    activatedMs: STARTS_MS,
    plans: each.plans.map((plan) => ({ ...plan, fromMs: STARTS_MS })),
  }
})

interface Bill {
  readonly period: BillingPeriod
  readonly partnerId: string
  readonly items: readonly RecurringItem[]
  /** Usages that it bills, by number. */
  readonly usages: readonly number[]
}

/** An account, its ledger and its invoices, as they grow. */
interface World {
  readonly catalogue: Catalogue
  account: Account
  nowMs: number
  readonly rated: { readonly atMs: number; readonly periodStartDay: number; billed: boolean }[]
  readonly bills: Bill[]
}

type Step =
  | { readonly do: 'wait'; readonly days: number }
  | { readonly do: 'change'; readonly terms: BillingTerms }
  | { readonly do: 'rate'; readonly daysAgo: number }
  | { readonly do: 'bill' }

function createWorld(plan: Pick<Plan, 'billing' | 'prorateFee'>): World {
  const plans = new Map([...catalogue.plans].map(([id, each]) => [id, { ...each, ...plan }]))
  return {
    catalogue: { ...catalogue, plans },
    account,
    nowMs: STARTS_MS,
    rated: [],
    bills: [],
  }
}

function take(world: World, step: Step): void {
  if (step.do === 'wait') world.nowMs += step.days * DAY_MS
  if (step.do === 'rate') rate(world, Math.max(STARTS_MS, world.nowMs - step.daysAgo * DAY_MS))
  if (step.do === 'change') change(world, step.terms)
  if (step.do === 'bill') billWhatEnded(world)
}

function rate(world: World, atMs: number): void {
  const { startDay } = accountCalendar(world.account).periodAt(atMs)
  world.rated.push({ atMs, periodStartDay: startDay, billed: false })
}

function change(world: World, terms: BillingTerms): void {
  const days = world.rated.map((each) => each.periodStartDay)
  const lastUsedDay = days.length === 0 ? undefined : Math.max(...days)
  const changed = changedTerms(world.account, terms, { nowMs: world.nowMs, lastUsedDay })
  if (changed === undefined) return
  world.account = { ...world.account, ...terms, earlierTerms: changed.earlierTerms }
}

/** All periods from the first on, in order, each as `bill run` does it. */
function billWhatEnded(world: World): void {
  for (;;) {
    const calendar = accountCalendar(world.account)
    const last = world.bills.at(-1)?.period
    const period = calendar.periodAt(last?.endMs ?? STARTS_MS)
    if (period.endMs > world.nowMs) return
    const items = recurringItems({
      period,
      calendar,
      subscriptions: subscription === undefined ? [] : [subscription],
      catalogue: world.catalogue,
      charged: world.bills.flatMap((bill) => bill.items),
      firstBilledDay: world.bills[0]?.period.startDay,
    })
    const closed = new Set([...world.bills.map((bill) => bill.period.startDay), period.startDay])
    const usages = world.rated.flatMap((usage, number) => {
      if (usage.billed || !closed.has(usage.periodStartDay)) return []
      usage.billed = true
      return [number]
    })
    const { partnerId } = termsAt(world.account, period.startMs)
    world.bills.push({ period, partnerId, items, usages })
    const { startDay } = period
    const closedPeriods = [
      ...world.account.closedPeriods,
      { periodStartDay: startDay, closedAtMs: 0 },
    ]
    world.account = { ...world.account, closedPeriods }
  }
}

const anyTerms = fc.record({
  partnerId: fc.constantFrom('noorderlicht', 'zuiderkruis'),
  timeZone: fc.constantFrom('Europe/Amsterdam', 'Europe/London', 'Europe/Helsinki'),
  anchorDay: fc.integer({ min: 1, max: 28 }),
})
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.nat(25) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), terms: anyTerms }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rate' as const), daysAgo: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'bill' as const }) },
)

const anyPlan = fc.record({
  billing: fc.constantFrom('advance' as const, 'arrears' as const),
  prorateFee: fc.boolean(),
})

test('every usage is in exactly one invoice and every day of a fee is charged once, whatever changes', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 10, maxLength: 60 }), anyPlan, (steps, plan) => {
      const world = createWorld(plan)
      for (const step of steps) take(world, step)
      world.nowMs += 90 * DAY_MS
      billWhatEnded(world)

      const billed = world.bills.flatMap((bill) => bill.usages)
      expect(billed.toSorted((left, right) => left - right)).toEqual(world.rated.map((_, at) => at))
      for (const [index, { period }] of world.bills.entries()) {
        const next = world.bills[index + 1]?.period
        if (next === undefined) continue
        expect([next.startMs, next.startDay]).toEqual([period.endMs, period.endDay])
      }
      const fees = world.bills
        .flatMap((bill) => bill.items)
        .filter((item) => item.subject === 'plan')
      const calendar = accountCalendar(world.account)
      const lastBilled = world.bills.at(-1)?.period ?? calendar.periodAt(STARTS_MS)
      const coming = calendar.periodAt(lastBilled.endMs)
      const lastDay = plan.billing === 'advance' ? coming.endDay : lastBilled.endDay
      for (let day = calendar.dayAt(STARTS_MS).day; day < lastDay; day += 1) {
        const onDay = fees.filter((item) => item.fromDay <= day && day < item.toDay)
        expect([day, onDay.reduce((sum, item) => sum + item.sign, 0)]).toEqual([day, 1])
      }
      const activations = world.bills.flatMap((bill) => bill.items)
      expect(activations.filter((item) => item.subject === 'activation')).toHaveLength(1)
    }),
    { numRuns: 200 },
  )
})

test('a bridging period is charged by its days, and a change of partner by the partner of the period', () => {
  const world = createWorld({ billing: 'advance', prorateFee: true })
  rate(world, STARTS_MS)
  world.nowMs = Date.parse('2026-10-20T10:00:00Z')
  billWhatEnded(world)
  change(world, { partnerId: 'zuiderkruis', timeZone: 'Europe/Amsterdam', anchorDay: 15 })
  world.nowMs = Date.parse('2027-01-01T10:00:00Z')
  billWhatEnded(world)
  expect(world.bills.map((bill) => bill.partnerId)).toEqual([
    'noorderlicht',
    'noorderlicht',
    'zuiderkruis',
    'zuiderkruis',
  ])
  // October's invoice charges the bridge of 14 days of November's 30; that one the month from the 15th.
  expect(feesOf(world.bills[1])).toEqual([Math.round((17_500_000 * 14) / 30)])
  expect(feesOf(world.bills[2])).toEqual([17_500_000])
})

function feesOf(bill: Bill | undefined) {
  return bill?.items.filter((item) => item.subject === 'plan').map((item) => itemChargeMicros(item))
}
