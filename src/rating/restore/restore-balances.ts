/** The way back from the ledger: how the sums of account-periods become balances again. */
import type { CallType } from '../../catalogue/catalogue.ts'
import { parseCrossingEntry } from '../../core/usage/ids.ts'
import { accountPeriod, takeBalance, type AccountState } from '../memory/account-state.ts'
import { keySpansPeriods } from '../allowance/allowance-of-key.ts'
import { addToCell, addToPeriod, addToTotals, CELL } from '../memory/balance.ts'
import { LANE } from '../memory/lane.ts'
import { firstLanes } from '../memory/lane-index.ts'
import { METER, NEVER_ARMED } from '../limit/meter.ts'
import { periodsBetween } from './missing-balances.ts'
import type { BalanceRequest, BalanceTotals, UsageTotal } from '../rater.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { settledCrossingKey, settledTakeKey } from './settle-scope.ts'
import { restoreSession, type SessionOwner } from './restore-session.ts'
import { subscriptionPeriod } from '../memory/standing.ts'
import { NO_SLOT } from '../memory/sums.ts'
import { usageCell } from '../memory/usage-cell.ts'

/** Adds the sums of rows of these periods, which must not have been restored before. */
export function restoreBalances(
  state: RatingState,
  request: BalanceRequest,
  totals: BalanceTotals,
): void {
  const account = state.accountById(request.accountId)
  if (account === undefined) return
  const periods = periodsBetween(account, request)
  account.loaded = account.loaded.concat(periods.map(({ startDay }) => startDay))
  for (const { periodStartDay, key: storedKey, quantity } of totals.takes) {
    const key = settledTakeKey(storedKey, state)
    const balance = takeBalance(account, key, state.sums)
    state.sums.values[balance.slot]! += quantity
    if (keySpansPeriods(state, key)) addToPeriod(balance, periodStartDay, quantity)
  }
  for (const total of totals.usage) restoreUsage(state, account, total)
  for (const total of totals.sessions) {
    const owner = ownerOf(state, account, total)
    const callType = callTypeOf(state, total.callType)
    if (owner !== undefined && callType !== undefined) restoreSession(state, owner, callType, total)
  }
  for (const { periodStartDay, entry } of totals.crossings) {
    const period = accountPeriod(account, account.calendar.periodStarting(periodStartDay))
    period.reported.add(settledCrossingKey(parseCrossingEntry(entry).key, state))
  }
  forgetLevels(state, account)
}

function restoreUsage(state: RatingState, account: AccountState, total: UsageTotal): void {
  const owner = ownerOf(state, account, total)
  const callType = callTypeOf(state, total.callType)
  if (owner === undefined || callType === undefined) return
  const cell = usageCell(owner, callType, total.rateId, state)
  addToCell(
    state.sums.values,
    cell.slot,
    total.count,
    total.quantity,
    total.outOfBundleQuantity,
    total.chargeMicros,
    total.informationChargeMicros,
  )
  addToTotals(cell, total.outOfBundleQuantity, total.count)
}

function ownerOf(
  state: RatingState,
  account: AccountState,
  total: { subscriptionId: string; periodStartDay: number },
): SessionOwner | undefined {
  const period = account.calendar.periodStarting(total.periodStartDay)
  const { accountId } = account.account
  const found = state.subscriptionOf(accountId, total.subscriptionId, period.endMs - 1)
  if (found === undefined) return undefined
  const { subscription } = found
  const ofAccount = accountPeriod(account, period)
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

/** What was reported has changed: lanes and meters look up their next levels again. */
export function forgetLevels(state: RatingState, account: AccountState): void {
  const { values } = state.sums
  for (const { index } of state.subscriptionsOf(account.account.accountId)) {
    forgetLanes(state, index)
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

function forgetLanes({ laneIndex, lanes, sums: { values } }: RatingState, index: number): void {
  for (const first of firstLanes(laneIndex, values, index)) {
    for (let lane = first; lane !== NO_SLOT; lane = values[lane + LANE.next]!) {
      lanes[values[lane + LANE.number]!] = undefined
    }
  }
  laneIndex[index] = NO_SLOT
}
