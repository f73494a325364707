/**
 * Which account-periods a batch needs that were not restored yet. A usage whose lane is known to be
 * restored costs the look-up of the lane and touches no object.
 */
import assert from 'node:assert/strict'
import type { Validity } from '../../core/accounts/accounts.ts'
import { isRatableTime, type BillingPeriod } from '../../core/time/period.ts'
import type { Usage } from '../../core/usage/usage.ts'
import type { AccountState } from '../memory/account-state.ts'
import { lifetimeWindow } from '../allowance/allowances-at.ts'
import { overlap } from '../../core/time/validity.ts'
import { modulesOf, plansOf } from '../../directory/agreement.ts'
import { entitlements } from '../memory/entitlement.ts'
import { LANE } from '../memory/lane.ts'
import { laneOf } from '../price/price-rating.ts'
import type { BalanceRequest } from '../rater.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { NO_SLOT } from '../memory/sums.ts'

/** Two lifetimes of fifty years, the longest that a catalogue can say, around one period, and more. */
const PERIODS_MAX = 1_300

/** Each account-period once; adjacent periods of an account in one request. */
export function missingBalances(state: RatingState, usages: readonly Usage[]): BalanceRequest[] {
  const asked = new Map<AccountState, Set<number>>()
  const requests: BalanceRequest[] = []
  for (const usage of usages) {
    const lane = laneOf(state, usage)
    if (lane !== NO_SLOT && state.sums.values[lane + LANE.isRestored] === 1) continue
    const account = state.subscriptionAt(usage.subscriptionIndex)?.account
    if (account === undefined || !isRatableTime(usage.startMs)) continue
    const period = account.calendar.periodAt(usage.startMs)
    if (account.ready.includes(period.startDay)) {
      if (lane !== NO_SLOT) state.sums.values[lane + LANE.isRestored] = 1
      continue
    }
    let ofAccount = asked.get(account)
    if (ofAccount === undefined) asked.set(account, (ofAccount = new Set()))
    const needed = neededPeriods(state, account, period)
    if (needed.every((each) => account.loaded.includes(each.startDay))) {
      account.ready = account.ready.concat(period.startDay)
      continue
    }
    const missing = needed.filter(
      ({ startDay }) => !account.loaded.includes(startDay) && !ofAccount.has(startDay),
    )
    for (const { startDay } of missing) ofAccount.add(startDay)
    requests.push(...requestsFor(account, missing))
  }
  return requests
}

/** The period of a usage, those that share a rollover or a lifetime with it, and all in between. */
function neededPeriods(
  state: RatingState,
  account: AccountState,
  period: BillingPeriod,
): BillingPeriod[] {
  const { calendar } = account
  account.reach ??= reachOf(state, account)
  let [first, last] = [period, period]
  for (let count = 0; count < account.reach.rolloverPeriods; count += 1) {
    first = calendar.periodAt(first.startMs - 1)
    last = calendar.periodAt(last.endMs)
  }
  for (const lifetime of account.reach.lifetimes) {
    if (overlap(lifetime, { fromMs: period.startMs, toMs: period.endMs }) === undefined) continue
    const begins = calendar.periodAt(lifetime.fromMs)
    const ends = lifetime.toMs === Infinity ? last : calendar.periodAt(lifetime.toMs - 1)
    if (begins.startDay < first.startDay) first = begins
    if (ends.startDay > last.startDay) last = ends
  }
  return periodsBetween(account, {
    fromPeriodStartDay: first.startDay,
    toPeriodStartDay: last.startDay,
  })
}

/** How far the allowances of the account's subscriptions reach beyond one period. */
function reachOf(state: RatingState, account: AccountState): NonNullable<AccountState['reach']> {
  const { catalogue, directory } = state
  let rolloverPeriods = 0
  const lifetimes: Validity[] = []
  for (const subscription of state.subscriptionsOf(account.account.accountId)) {
    const sources = [
      ...plansOf(subscription, catalogue).map((each) => catalogue.plans.get(each.planId)),
      ...modulesOf(subscription, catalogue).map((each) => catalogue.modules.get(each.moduleId)),
      ...subscription.groups.map((each) => directory.groups.get(each.groupId)),
    ]
    for (const allowanceId of new Set(sources.flatMap((each) => each?.allowanceIds ?? []))) {
      const allowance = catalogue.allowances.get(allowanceId)
      if (allowance === undefined) continue
      rolloverPeriods = Math.max(rolloverPeriods, allowance.rolloverPeriods)
      if (allowance.period !== 'lifetime') continue
      for (const granted of entitlements(allowanceId, { subscription, catalogue })) {
        const { startMs, endMs } = lifetimeWindow(allowance, granted, account.calendar)
        lifetimes.push({ fromMs: startMs, toMs: endMs })
      }
    }
  }
  return { rolloverPeriods, lifetimes }
}

function requestsFor(account: AccountState, missing: readonly BillingPeriod[]): BalanceRequest[] {
  const requests: { accountId: string; fromPeriodStartDay: number; toPeriodStartDay: number }[] = []
  let nextDay = NaN
  for (const { startDay, endDay } of missing) {
    const last = requests.at(-1)
    if (last !== undefined && startDay === nextDay) last.toPeriodStartDay = startDay
    else {
      const { accountId } = account.account
      requests.push({ accountId, fromPeriodStartDay: startDay, toPeriodStartDay: startDay })
    }
    nextDay = endDay
  }
  return requests
}

export function periodsBetween(
  account: AccountState,
  range: { fromPeriodStartDay: number; toPeriodStartDay: number },
): BillingPeriod[] {
  const periods: BillingPeriod[] = []
  let day = range.fromPeriodStartDay
  while (day <= range.toPeriodStartDay) {
    assert(periods.length < PERIODS_MAX, 'no balance reaches over so many periods')
    const period = account.calendar.periodStarting(day)
    periods.push(period)
    day = period.endDay
  }
  return periods
}
