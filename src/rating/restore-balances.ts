/**
 * The way back from the ledger: which account-periods a batch needs, how their sums become balances
 * again, and the balances in the form of those sums.
 */
import type { Allowance, CallType } from '../catalogue/catalogue.ts'
import type { Validity } from '../core/accounts.ts'
import type { Usage } from '../core/usage.ts'
import { splitKey, parseCrossingEntry } from '../core/ids.ts'
import { dayStartMs, type BillingPeriod } from '../core/period.ts'
import { accountPeriod, takeBalance, type AccountState } from './account-state.ts'
import { lifetimeWindow } from './allowance/allowances-at.ts'
import { addToCell, addToPeriod, CELL, SESSION, type SubscriptionPeriod } from './balance.ts'
import { entitlements, overlap, plansOf } from './entitlement.ts'
import { METER, NEVER_ARMED } from './limit/meter.ts'
import { versionAt } from './price/compiled-rate.ts'
import type { BalanceRequest, BalanceTotals, SessionTotal, UsageTotal } from './rater.ts'
import type { RatingState } from './rating-state.ts'
import { createSession } from './session/session-price.ts'
import { standingAt, subscriptionPeriod, type SubscriptionState } from './standing.ts'
import { callTypeUse, usageCell, type CellOwner } from './usage-cell.ts'

/** Fifty years: no lifetime is longer. */
const PERIODS_MAX = 600

/** Each account-period once; adjacent periods of an account in one request. */
export function missingBalances(state: RatingState, usages: readonly Usage[]): BalanceRequest[] {
  const asked = new Map<AccountState, Set<number>>()
  const requests: BalanceRequest[] = []
  for (const usage of usages) {
    const account = state.subscriptionAt(usage.subscriptionIndex)?.account
    if (account === undefined) continue
    const period = account.calendar.periodAt(usage.startMs)
    if (account.ready.has(period.startDay)) continue
    let ofAccount = asked.get(account)
    if (ofAccount === undefined) asked.set(account, (ofAccount = new Set()))
    const needed = neededPeriods(state, account, period)
    if (needed.every((each) => account.loaded.has(each.startDay))) {
      account.ready.add(period.startDay)
      continue
    }
    const missing = needed.filter(
      ({ startDay }) => !account.loaded.has(startDay) && !ofAccount.has(startDay),
    )
    for (const { startDay } of missing) ofAccount.add(startDay)
    requests.push(...requestsFor(account, missing))
  }
  return requests
}

/** Adds the sums of rows of these periods, which must not have been restored before. */
export function restoreBalances(
  state: RatingState,
  request: BalanceRequest,
  totals: BalanceTotals,
): void {
  const account = state.accountById(request.accountId)
  if (account === undefined) return
  const periods = periodsBetween(account, request)
  for (const { startDay } of periods) account.loaded.add(startDay)
  for (const { key, quantity } of totals.takes) {
    const balance = takeBalance(account, key, state.sums)
    state.sums.values[balance.slot]! += quantity
    if (spansPeriods(state, key)) {
      addToPeriod(balance, request.fromPeriodStartDay, quantity)
    }
  }
  for (const total of totals.usage) restoreUsage(state, total)
  for (const total of totals.sessions) restoreSession(state, total)
  for (const { periodStartDay, entry } of totals.crossings) {
    const period = accountPeriod(account, account.calendar.periodStarting(periodStartDay))
    period.reported.add(parseCrossingEntry(entry).key)
  }
  forgetLevels(state, account)
}

/** The balances of the request's periods; keys, subscriptions and levels in no particular order. */
export function balanceTotals(state: RatingState, request: BalanceRequest): BalanceTotals {
  const account = state.accountById(request.accountId)
  const usage: UsageTotal[] = []
  const sessions: SessionTotal[] = []
  const crossings: { periodStartDay: number; entry: string }[] = []
  if (account === undefined) return { takes: [], usage, sessions, crossings }
  for (const [startDay, ofAccount] of account.periods) {
    if (startDay < request.fromPeriodStartDay || startDay > request.toPeriodStartDay) continue
    for (const entry of ofAccount.reported) crossings.push({ periodStartDay: startDay, entry })
    for (const ofSubscription of ofAccount.subscriptions.values()) {
      usage.push(...usageTotals(state, startDay, ofSubscription))
      sessions.push(...sessionTotals(state, startDay, ofSubscription))
    }
  }
  return { takes: takeTotals(state, account, request), usage, sessions, crossings }
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
    const { partner } = account
    const sources = [
      ...plansOf(subscription, partner, catalogue).map((each) => catalogue.plans.get(each.planId)),
      ...subscription.modules.map((each) => catalogue.modules.get(each.moduleId)),
      ...subscription.groups.map((each) => directory.groups.get(each.groupId)),
    ]
    for (const allowanceId of new Set(sources.flatMap((each) => each?.allowanceIds ?? []))) {
      const allowance = catalogue.allowances.get(allowanceId)
      if (allowance === undefined) continue
      rolloverPeriods = Math.max(rolloverPeriods, allowance.rolloverPeriods)
      if (allowance.period !== 'lifetime') continue
      for (const granted of entitlements(allowanceId, { subscription, partner, catalogue })) {
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

function periodsBetween(
  account: AccountState,
  range: { fromPeriodStartDay: number; toPeriodStartDay: number },
): BillingPeriod[] {
  const periods: BillingPeriod[] = []
  let day = range.fromPeriodStartDay
  while (day <= range.toPeriodStartDay && periods.length < PERIODS_MAX) {
    const period = account.calendar.periodStarting(day)
    periods.push(period)
    day = period.endDay
  }
  return periods
}

/** What was reported has changed: lanes and meters look up their next levels again. */
function forgetLevels(state: RatingState, account: AccountState): void {
  const { values } = state.sums
  for (const { index } of state.subscriptionsOf(account.account.accountId)) {
    state.lanes[index] = undefined
  }
  for (const { subscriptions, meters: ofAccount } of account.periods.values()) {
    for (const meter of ofAccount) values[meter.slot + METER.epoch] = NEVER_ARMED
    for (const { uses, meters } of subscriptions.values()) {
      for (const meter of meters) values[meter.slot + METER.epoch] = NEVER_ARMED
      for (const { cells } of uses) {
        for (const cell of cells) values[cell.slot + CELL.epoch] = NEVER_ARMED
      }
    }
  }
}

function restoreUsage(state: RatingState, total: UsageTotal): void {
  const owner = ownerOf(state, total)
  const callType = callTypeOf(state, total.callType)
  if (owner === undefined || callType === undefined) return
  const cell = usageCell(owner, callType, total.rateId, state)
  addToCell(
    state.sums.values,
    cell,
    cell.slot,
    total.quantity,
    total.outOfBundleQuantity,
    total.chargeMicros,
    total.informationChargeMicros,
  )
}

/** The session's rate is the one that held at its start, found again in the catalogue. */
function restoreSession(state: RatingState, total: SessionTotal): void {
  const owner = ownerOf(state, total)
  const callType = callTypeOf(state, total.callType)
  if (owner === undefined || callType === undefined) return
  const { offer } = standingAt(owner.state, total.startMs, state)
  const offered = offer?.rates[callType.index]
  const rate = offered === undefined ? undefined : versionAt(offered.rates, total.startMs)
  if (rate === undefined) return
  const session = createSession(state.sums, total.startMs, rate)
  const { values } = state.sums
  const { slot } = session
  values[slot + SESSION.quantity] = total.quantity
  values[slot + SESSION.outOfBundleQuantity] = total.outOfBundleQuantity
  values[slot + SESSION.billedQuantity] = total.billedQuantity
  values[slot + SESSION.chargeMicros] = total.chargeMicros
  values[slot + SESSION.informationChargeMicros] = total.informationChargeMicros
  values[slot + SESSION.aheadQuantity] = total.outOfBundleQuantity - total.quantity
  session.takeKeys = total.takes.map(({ key }) => key)
  session.takeQuantities = total.takes.map(({ quantity }) => quantity)
  for (const { key, quantity } of total.takes) {
    const isMoney = allowanceOf(state, key)?.unit === 'money'
    values[slot + (isMoney ? SESSION.moneyTakenMicros : SESSION.aheadQuantity)]! += quantity
  }
  const use = callTypeUse(owner.subscriptionPeriod, callType.index)
  use.sessions ??= new Map()
  use.sessions.set(total.sessionKey, session)
}

function ownerOf(
  state: RatingState,
  total: { subscriptionId: string; periodStartDay: number },
): (CellOwner & { state: SubscriptionState }) | undefined {
  const found = state.subscriptionById(total.subscriptionId)
  if (found === undefined) return undefined
  const { subscription, account } = found
  const ofAccount = accountPeriod(account, account.calendar.periodStarting(total.periodStartDay))
  return {
    state: found,
    subscription,
    account,
    accountPeriod: ofAccount,
    subscriptionPeriod: subscriptionPeriod(ofAccount, total.subscriptionId),
  }
}

function callTypeOf(state: RatingState, callType: string): CallType | undefined {
  const index = state.catalogue.callTypeIndexById.get(callType)
  return index === undefined ? undefined : state.catalogue.callTypes[index]
}

function takeTotals(
  state: RatingState,
  account: AccountState,
  request: BalanceRequest,
): { key: string; quantity: number }[] {
  const { fromPeriodStartDay: from, toPeriodStartDay: to } = request
  const totals: { key: string; quantity: number }[] = []
  for (const { key, slot, byPeriod } of account.balances.values()) {
    let quantity = 0
    if (spansPeriods(state, key)) {
      for (const [day, taken] of byPeriod ?? []) if (day >= from && day <= to) quantity += taken
    } else {
      const day = startDayOf(key)
      const { startDay } = account.calendar.periodAt(dayStartMs(day, account.account.timeZone))
      if (startDay >= from && startDay <= to) quantity = state.sums.values[slot]!
    }
    if (quantity !== 0) totals.push({ key, quantity })
  }
  return totals
}

function usageTotals(
  state: RatingState,
  periodStartDay: number,
  { subscriptionId, uses }: SubscriptionPeriod,
): UsageTotal[] {
  const { values } = state.sums
  return uses.flatMap(({ callTypeIndex, cells }) =>
    cells
      .map(({ rateId, slot }) => ({
        periodStartDay,
        subscriptionId,
        callType: state.catalogue.callTypes[callTypeIndex]?.id ?? '',
        rateId,
        quantity: values[slot + CELL.quantity]!,
        outOfBundleQuantity: values[slot + CELL.outOfBundleQuantity]!,
        chargeMicros: values[slot + CELL.chargeMicros]!,
        informationChargeMicros: values[slot + CELL.informationChargeMicros]!,
      }))
      .filter((total) => total.quantity !== 0 || total.chargeMicros !== 0),
  )
}

function sessionTotals(
  state: RatingState,
  periodStartDay: number,
  { subscriptionId, uses }: SubscriptionPeriod,
): SessionTotal[] {
  const { values } = state.sums
  return uses.flatMap(({ callTypeIndex, sessions }) =>
    [...(sessions ?? [])].map(([sessionKey, { slot, takeKeys, takeQuantities }]) => ({
      periodStartDay,
      sessionKey,
      subscriptionId,
      callType: state.catalogue.callTypes[callTypeIndex]?.id ?? '',
      startMs: values[slot + SESSION.startMs]!,
      takes: takeKeys.map((key, at) => ({ key, quantity: takeQuantities[at]! })),
      quantity: values[slot + SESSION.quantity]!,
      outOfBundleQuantity: values[slot + SESSION.outOfBundleQuantity]!,
      billedQuantity: values[slot + SESSION.billedQuantity]!,
      chargeMicros: values[slot + SESSION.chargeMicros]!,
      informationChargeMicros: values[slot + SESSION.informationChargeMicros]!,
    })),
  )
}

function spansPeriods(state: RatingState, key: string): boolean {
  const allowance = allowanceOf(state, key)
  return allowance === undefined || allowance.rolloverPeriods > 0 || allowance.period === 'lifetime'
}

function allowanceOf(state: RatingState, key: string): Allowance | undefined {
  return state.catalogue.allowances.get(splitKey(key)[0] ?? '')
}

function startDayOf(key: string): number {
  return Number.parseInt(splitKey(key)[2] ?? '', 10)
}
