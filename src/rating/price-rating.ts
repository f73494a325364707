/**
 * Works out what one usage costs, without changing any balance: what holds at its start, what
 * allowances cover, the price of the rest. Explaining a usage and rating it both begin here.
 */
import { ZERO_MICROS } from '../core/money.ts'
import type { RejectReason } from '../core/reasons.ts'
import type { Usage } from '../core/usage.ts'
import { createTakes, takeAllowances, takeMoney, type Takes } from './allowance/take-allowances.ts'
import { SESSION, type Session, type UsageCell } from './balance.ts'
import { createLane, LANE, laneIn, UNIT, type Lane } from './lane.ts'
import { NO_RATE, type CompiledRate } from './price/compiled-rate.ts'
import { priceUsage, type PriceRequest, type UsagePrice } from './price/price-usage.ts'
import type { RatingState } from './rating-state.ts'
import { isEarliestPart, pricePart, type SessionPart } from './session/session-price.ts'
import { standingAt } from './standing.ts'
import { usageCell } from './usage-cell.ts'

/** One usage while it is rated; the object and everything in it is reused for the next one. */
export interface Rating {
  lane: Lane | undefined
  /** The rate that prices it: that of the session's start where it is a part of one. */
  rate: CompiledRate
  session: Session | undefined
  readonly takes: Takes
  readonly request: Mutable<PriceRequest> & Mutable<SessionPart>
  /** Before money allowances. */
  readonly price: UsagePrice
  moneyTakenMicros: number
  reason: RejectReason | ''
  detail: string
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function createRating(): Rating {
  return {
    lane: undefined,
    rate: NO_RATE,
    session: undefined,
    takes: createTakes(),
    request: {
      startMs: 0,
      rate: NO_RATE,
      quantity: 0,
      coveredQuantity: 0,
      outOfBundleQuantity: 0,
    },
    price: {
      billedQuantity: 0,
      chargeMicros: ZERO_MICROS,
      informationChargeMicros: ZERO_MICROS,
    },
    moneyTakenMicros: 0,
    reason: '',
    detail: '',
  }
}

/** Fills `rating` for the usage; returns its lane, or undefined where it is rejected. */
export function priceRating(state: RatingState, usage: Usage, rating: Rating): Lane | undefined {
  const { startMs, quantity } = usage
  const lane = laneOf(state, usage, startMs) ?? findLane(state, usage, rating)
  rating.lane = lane
  if (lane === undefined) return undefined
  const { values } = state.sums
  const { takes, request, price } = rating
  const session = usage.sessionKey === '' ? undefined : lane.use.sessions?.get(usage.sessionKey)
  rating.session = session
  const units = lane.slot + LANE.units
  const unitsCount = values[lane.slot + LANE.unitsCount]!
  const ahead = session === undefined ? 0 : values[session.slot + SESSION.aheadQuantity]!
  takeAllowances(values, units, unitsCount, quantity, ahead, takes)

  request.startMs = startMs
  request.rate = lane.rate
  request.quantity = quantity
  request.outOfBundleQuantity = takes.outOfBundleQuantity
  request.coveredQuantity = quantity - takes.outOfBundleQuantity
  chargeRest(state, lane, rating)

  rating.moneyTakenMicros = 0
  if (lane.hasMoney && price.chargeMicros > 0) {
    const money = units + unitsCount * UNIT.size
    const moneyCount = values[lane.slot + LANE.moneyCount]!
    const { chargeMicros } = price
    rating.moneyTakenMicros = takeMoney(values, money, moneyCount, chargeMicros, unitsCount, takes)
  }
  return lane
}

/** What allowances left over: by the cumulative model, as a part of a session, or by itself. */
function chargeRest(state: RatingState, lane: Lane, rating: Rating): void {
  const { session, request, price } = rating
  const { values } = state.sums
  const isOwnRate = session === undefined || isEarliestPart(values, session, request)
  const rate = isOwnRate ? lane.rate : session.rate
  rating.rate = rate
  if (rate.model !== undefined) {
    const cell = cellOf(state, lane, rate)
    const total = rate.model.scope === 'account' ? cell.ofAccount : cell.ofSubscription
    const before = total?.quantity ?? 0
    price.billedQuantity = rate.model.billed(before, request.outOfBundleQuantity)
    price.chargeMicros = rate.model.charge(before, request.outOfBundleQuantity)
    price.informationChargeMicros = ZERO_MICROS
    return
  }
  if (session === undefined) {
    priceUsage(rate, request, lane.clock, price)
    return
  }
  const clock = isOwnRate ? lane.clock : state.clockOf(rate, lane.standing.account)
  pricePart(values, session, request, rate, clock, price)
}

/** The cell of the lane, or that of another rate where a session began under another one. */
export function cellOf(state: RatingState, lane: Lane, rate: CompiledRate): UsageCell {
  if (rate === lane.rate) return lane.cell
  return usageCell(lane.standing, lane.callType, rate.rateId, state)
}

/** The lane that was made before, if any. */
function laneOf(state: RatingState, usage: Usage, startMs: number): Lane | undefined {
  if (usage.callTypeIndex < 0) return undefined
  const lanes = state.lanes[usage.subscriptionIndex]
  return laneIn(lanes?.[usage.callTypeIndex], startMs, state.sums.values)
}

/** Makes the lane of a usage, or says why there is none. */
function findLane(state: RatingState, usage: Usage, rating: Rating): Lane | undefined {
  const { startMs, subscriptionIndex, callTypeIndex } = usage
  const ofSubscription = state.subscriptionAt(subscriptionIndex)
  if (ofSubscription === undefined) {
    return reject(rating, 'served_unknown', `no subscription at index ${subscriptionIndex}`)
  }
  const { subscription } = ofSubscription
  if (startMs < subscription.activatedMs || startMs >= subscription.terminatedMs) {
    return reject(rating, 'subscription_inactive', subscription.subscriptionId)
  }
  if (callTypeIndex < 0) return reject(rating, 'call_type_unknown', usage.callType)
  const standing = standingAt(ofSubscription, startMs, state)
  const { offer } = standing
  if (offer === undefined) return reject(rating, 'plan_missing', subscription.subscriptionId)
  const lanes = (state.lanes[subscriptionIndex] ??= [])
  const lane = createLane(state, { ...standing, offer }, usage, lanes[callTypeIndex])
  if (lane === undefined) {
    return reject(rating, 'rate_missing', `plan ${offer.planId} has no rate for ${usage.callType}`)
  }
  lanes[callTypeIndex] = lane
  return lane
}

function reject(rating: Rating, reason: RejectReason, detail: string): undefined {
  rating.reason = reason
  rating.detail = detail
  return undefined
}
