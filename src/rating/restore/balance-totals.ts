/** The balances in the form of the ledger's sums: what `restore` was given plus what was rated. */
import { instanceStartDay } from '../../core/usage/ids.ts'
import type { AccountState } from '../memory/account-state.ts'
import { keySpansPeriods } from '../allowance/allowance-of-key.ts'
import { CELL, USE, type SubscriptionPeriod } from '../memory/balance.ts'
import type {
  BalanceRequest,
  BalanceTotals,
  SessionTotal,
  TakeTotal,
  UsageTotal,
} from '../rater.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { SESSION, sessionTakes } from '../session/session-record.ts'
import { strayedUnits } from '../session/strayed-units.ts'
import { NO_SLOT } from '../memory/sums.ts'

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

function takeTotals(
  state: RatingState,
  account: AccountState,
  request: BalanceRequest,
): TakeTotal[] {
  const { fromPeriodStartDay: from, toPeriodStartDay: to } = request
  const totals: TakeTotal[] = []
  for (const { key, slot, byPeriod } of account.balances.values()) {
    const taken = keySpansPeriods(state, key)
      ? [...(byPeriod ?? [])]
      : [[ownPeriodOf(key, account), state.sums.values[slot]!] as const]
    for (const [periodStartDay, quantity] of taken) {
      if (quantity === 0 || periodStartDay < from || periodStartDay > to) continue
      totals.push({ periodStartDay, key, quantity })
    }
  }
  return totals
}

/** Beside the units of rows with another rate than the session's: its other sums stand with that. */
const NOTHING = {
  takes: [],
  quantity: 0,
  billedQuantity: 0,
  chargeMicros: 0,
  informationChargeMicros: 0,
}

/** The one period whose usages can take from the instance. */
function ownPeriodOf(key: string, { calendar }: AccountState): number {
  return calendar.periodAt(calendar.dayStartMs(instanceStartDay(key))).startDay
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
        count: values[slot + CELL.count]!,
        quantity: values[slot + CELL.quantity]!,
        outOfBundleQuantity: values[slot + CELL.outOfBundleQuantity]!,
        chargeMicros: values[slot + CELL.chargeMicros]!,
        informationChargeMicros: values[slot + CELL.informationChargeMicros]!,
      }))
      .filter(({ count, quantity, chargeMicros }) => {
        return count !== 0 || quantity !== 0 || chargeMicros !== 0
      }),
  )
}

function sessionTotals(
  state: RatingState,
  periodStartDay: number,
  { subscriptionId, uses }: SubscriptionPeriod,
): SessionTotal[] {
  const { values, texts } = state.sums
  return uses.flatMap(({ callTypeIndex, slot: useSlot }) => {
    const callType = state.catalogue.callTypes[callTypeIndex]?.id ?? ''
    const totals: SessionTotal[] = []
    let slot = values[useSlot + USE.lastSession]!
    for (; slot !== NO_SLOT; slot = values[slot + SESSION.previous]!) {
      const of = {
        periodStartDay,
        sessionKey: texts[values[slot + SESSION.keyNumber]!]!,
        subscriptionId,
        callType,
        startMs: values[slot + SESSION.startMs]!,
      }
      let outOfBundleQuantity = values[slot + SESSION.outOfBundleQuantity]!
      for (const [rateId, quantity] of strayedUnits(state.strayed, slot)) {
        totals.push({ ...of, ...NOTHING, rateId, outOfBundleQuantity: quantity })
        outOfBundleQuantity -= quantity
      }
      totals.push({
        ...of,
        rateId: state.pricings.list[values[slot + SESSION.pricing]!]!.rate.rateId,
        takes: sessionTakes(values, slot)
          .filter(({ quantity }) => quantity !== 0)
          .map(({ keyNumber, quantity }) => ({ key: texts[keyNumber]!, quantity })),
        quantity: values[slot + SESSION.quantity]!,
        outOfBundleQuantity,
        billedQuantity: values[slot + SESSION.billedQuantity]!,
        chargeMicros: values[slot + SESSION.chargeMicros]!,
        informationChargeMicros: values[slot + SESSION.informationChargeMicros]!,
      })
    }
    return totals
  })
}
