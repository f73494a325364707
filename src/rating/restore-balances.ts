/** The way back from the ledger: how the sums of account-periods become balances again. */
import type { CallType } from '../catalogue/catalogue.ts'
import { parseCrossingEntry } from '../core/ids.ts'
import { accountPeriod, takeBalance, type AccountState } from './account-state.ts'
import { allowanceOf, keySpansPeriods } from './allowance/allowance-of-key.ts'
import { addToCell, addToPeriod, addToTotals, CELL } from './balance.ts'
import { LANE } from './lane.ts'
import { firstLanes } from './lane-index.ts'
import { METER, NEVER_ARMED } from './limit/meter.ts'
import { periodsBetween } from './missing-balances.ts'
import { offeredAt } from './offer.ts'
import { versionAt } from './price/compiled-rate.ts'
import type { BalanceRequest, BalanceTotals, SessionTotal, UsageTotal } from './rater.ts'
import type { RatingState } from './rating-state.ts'
import { settledCrossingKey, settledTakeKey } from './settle-scope.ts'
import { addSessionTake, SESSION } from './session/session-record.ts'
import { addSession, findSession } from './session/session-table.ts'
import { standingAt, subscriptionPeriod, type SubscriptionState } from './standing.ts'
import { NO_SLOT } from './sums.ts'
import { callTypeUse, usageCell, type CellOwner } from './usage-cell.ts'

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
  for (const total of totals.usage) restoreUsage(state, total)
  for (const total of totals.sessions) restoreSession(state, total)
  for (const { periodStartDay, entry } of totals.crossings) {
    const period = accountPeriod(account, account.calendar.periodStarting(periodStartDay))
    period.reported.add(settledCrossingKey(parseCrossingEntry(entry).key, state))
  }
  forgetLevels(state, account)
}

function restoreUsage(state: RatingState, total: UsageTotal): void {
  const owner = ownerOf(state, total)
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

/**
 * The session's rate is the one that held at its start, found again in the catalogue. Sums of a session
 * that come in several pieces, or beside parts that were rated, add up.
 */
function restoreSession(state: RatingState, total: SessionTotal): void {
  const owner = ownerOf(state, total)
  const callType = callTypeOf(state, total.callType)
  if (owner === undefined || callType === undefined) return
  const { offer } = standingAt(owner.state, total.startMs, state)
  const offered = offer === undefined ? undefined : offeredAt(offer, callType.index, total.startMs)
  const rate = offered === undefined ? undefined : versionAt(offered.rates, total.startMs)
  if (rate === undefined) return
  const { account } = owner
  const use = callTypeUse(owner, callType.index, state.sums)
  const pricing = state.pricings.numberOf(rate, account)
  const { startMs, sessionKey: key } = total
  const known = findSession(state.sessions, state.sums, use.slot, key)
  const parts = { startMs, pricing, useSlot: use.slot, key }
  const slot =
    known === NO_SLOT ? addSession(state.sessions, state.sums, account.home, parts) : known
  restoreTakes(state, account, slot, total)
  const { values } = state.sums
  if (startMs < values[slot + SESSION.startMs]!) {
    values[slot + SESSION.startMs] = startMs
    values[slot + SESSION.pricing] = pricing
  }
  values[slot + SESSION.quantity]! += total.quantity
  values[slot + SESSION.outOfBundleQuantity]! += total.outOfBundleQuantity
  values[slot + SESSION.billedQuantity]! += total.billedQuantity
  values[slot + SESSION.chargeMicros]! += total.chargeMicros
  values[slot + SESSION.informationChargeMicros]! += total.informationChargeMicros
  values[slot + SESSION.aheadQuantity]! += total.outOfBundleQuantity - total.quantity
  for (const { key: taken, quantity } of total.takes) {
    const isMoney = allowanceOf(state, taken)?.unit === 'money'
    values[slot + (isMoney ? SESSION.moneyTakenMicros : SESSION.aheadQuantity)]! += quantity
  }
}

function restoreTakes(
  state: RatingState,
  account: AccountState,
  session: number,
  { takes }: SessionTotal,
): void {
  const { sums } = state
  for (const { key, quantity } of takes) {
    const { keyNumber } = takeBalance(account, settledTakeKey(key, state), sums)
    addSessionTake(sums, account.home, session, keyNumber, quantity)
  }
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
