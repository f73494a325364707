/** The way back from the ledger of one session that comes in parts. */
import { beyondExact } from '../../core/money/beyond-exact.ts'
import type { CallType } from '../../catalogue/catalogue.ts'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { takeBalance, type AccountState } from '../memory/account-state.ts'
import { allowanceOf } from '../allowance/allowance-of-key.ts'
import { offeredAt } from '../memory/offer.ts'
import { versionAt, type CompiledRate } from '../price/compiled-rate.ts'
import { createNumberPricing, NO_PRICING, priceNumber } from '../price/number-pricing.ts'
import { priceUsage } from '../price/price-usage.ts'
import type { Pricing } from '../price/pricing.ts'
import type { SessionTotal } from '../rater.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { moveUnits, repriceSession } from '../session/reprice-session.ts'
import { settledTakeKey } from './settle-scope.ts'
import { addSessionTake, SESSION, sessionTakes } from '../session/session-record.ts'
import { addSession, findSession } from '../session/session-table.ts'
import { addStrayed } from '../session/strayed-units.ts'
import { splitUnknown } from '../session/unknown-takes.ts'
import { standingAt, type SubscriptionState } from '../memory/standing.ts'
import { NO_SLOT } from '../memory/sums.ts'
import { callTypeUse, type CellOwner } from '../memory/usage-cell.ts'

export type SessionOwner = CellOwner & { readonly state: SubscriptionState }

/**
 * The session's rate is the one that held at its start, found again in the catalogue. Sums of a session
 * that come in several pieces, or beside parts that were rated, add up.
 */
export function restoreSession(
  state: RatingState,
  owner: SessionOwner,
  callType: CallType,
  total: SessionTotal,
): void {
  const { offer } = standingAt(owner.state, total.startMs, state)
  const offered = offer === undefined ? undefined : offeredAt(offer, callType.index, total.startMs)
  const rate = offered === undefined ? undefined : versionAt(offered.rates, total.startMs)
  if (rate === undefined) return
  const { sums } = state
  const { account } = owner
  const use = callTypeUse(owner, callType.index, sums)
  const pricing = pricingOf(state, rate, account, total)
  if (pricing === NO_PRICING) return
  const { startMs, sessionKey: key } = total
  const known = findSession(state.sessions, sums, use.slot, key)
  const parts = { startMs, pricing, useSlot: use.slot, key }
  const slot = known === NO_SLOT ? addSession(state.sessions, sums, account.home, parts) : known
  for (const take of total.takes) {
    const { keyNumber } = takeBalance(account, settledTakeKey(take.key, state), sums)
    addSessionTake(sums, account.home, slot, keyNumber, take.quantity)
  }
  if (startMs < sums.values[slot + SESSION.startMs]!) {
    repriceSession(state, { owner, callType }, slot, { startMs, pricing })
  }
  takeIn(state, { owner, callType }, slot, total)
  const { values } = sums
  values[slot + SESSION.quantity]! += total.quantity
  values[slot + SESSION.outOfBundleQuantity]! += total.outOfBundleQuantity
  values[slot + SESSION.billedQuantity]! += total.billedQuantity
  values[slot + SESSION.chargeMicros]! += total.chargeMicros
  values[slot + SESSION.informationChargeMicros]! += total.informationChargeMicros
  countTakes(state, slot)
}

function pricingOf(
  { pricings }: RatingState,
  rate: CompiledRate,
  account: AccountState,
  { startMs, otherParty = '' }: SessionTotal,
): number {
  const base = pricings.numberOf(rate, account)
  if (!rate.usesDecks) return base
  const ofNumber = createNumberPricing()
  const called = { direction: 'out', sender: '', receiver: otherParty, startMs } as const
  priceNumber(pricings, base, called, account.account.country, ofNumber)
  return ofNumber.pricing
}

/** The rows counted for the total of their rate; as a part of the session they count for its rate. */
function takeIn(
  state: RatingState,
  of: { readonly owner: SessionOwner; readonly callType: CallType },
  session: number,
  { rateId: from, outOfBundleQuantity: quantity }: SessionTotal,
): void {
  const { list } = state.pricings
  const to = list[state.sums.values[session + SESSION.pricing]!]!.rate.rateId
  if (from === to) return
  addStrayed(state.strayed, session, from, quantity)
  moveUnits(state, of, { from, to, quantity })
}

/** What its takes were: units, of which those that it did not need yet are ahead of it, or money. */
function countTakes(state: RatingState, session: number): void {
  const { values, texts } = state.sums
  let [units, moneyMicros, unknown] = [0, 0, 0]
  for (const { keyNumber, quantity } of sessionTakes(values, session)) {
    const unit = allowanceOf(state, texts[keyNumber]!)?.unit
    if (unit === undefined) unknown += quantity
    else if (unit === 'money') moneyMicros += quantity
    else units += quantity
  }
  const rest = values[session + SESSION.outOfBundleQuantity]!
  const covered = values[session + SESSION.quantity]! - rest
  if (unknown !== 0) {
    const chargedMicros = values[session + SESSION.chargeMicros]! + moneyMicros
    const split = splitUnknown({
      unknown,
      uncovered: covered - units,
      chargedMicros,
      priceMicros: wholePrice(state, session),
    })
    units += split.units
    moneyMicros += split.moneyMicros
  }
  values[session + SESSION.aheadQuantity] = units - covered
  values[session + SESSION.moneyTakenMicros] = moneyMicros
}

/**
 * What the session costs as a whole. Infinity where its sums do not tell: what a cumulative model charged
 * depended on what else was used.
 */
function wholePrice(state: RatingState, session: number): number {
  const { values } = state.sums
  const { rate, clock } = state.pricings.list[values[session + SESSION.pricing]!]!
  const outOfBundleQuantity = values[session + SESSION.outOfBundleQuantity]!
  if (rate.model !== undefined) return outOfBundleQuantity === 0 ? 0 : Infinity
  const request = {
    startMs: values[session + SESSION.startMs]!,
    coveredQuantity: values[session + SESSION.quantity]! - outOfBundleQuantity,
    outOfBundleQuantity,
    isZeroCovered: false,
  }
  return priceOf({ rate, clock }, request)
}

function priceOf(
  { rate, clock }: Pick<Pricing, 'rate' | 'clock'>,
  request: Parameters<typeof priceUsage>[1],
): number {
  const price = {
    billedQuantity: 0,
    chargeMicros: ZERO_MICROS,
    informationChargeMicros: ZERO_MICROS,
  }
  try {
    priceUsage(rate, request, clock, price)
    return price.chargeMicros
  } catch (error) {
    beyondExact(error)
    return Infinity
  }
}
