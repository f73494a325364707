/**
 * Works out what one usage costs, without changing any balance: what holds at its start, what
 * allowances cover, the price of the rest. Explaining a usage and rating it both begin here.
 */
import { otherParty } from '../../catalogue/decks/number-key.ts'
import { ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { isRatableTime } from '../../core/time/period.ts'
import type { RejectReason } from '../../core/failures/reasons.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { isWithin } from '../../core/time/validity.ts'
import { creditToGiveBack, type GivenBack } from '../allowance/give-back.ts'
import { createTakes, makeRoom, takeAllowances } from '../allowance/take-allowances.ts'
import { takeMoney, type Takes } from '../allowance/take-allowances.ts'
import { createLane, LANE, laneAt, laneIn, UNIT } from '../memory/lane.ts'
import { firstLane, setFirstLane } from '../memory/lane-index.ts'
import { NO_RATE, type CompiledRate } from './compiled-rate.ts'
import { priceUsage, type PriceRequest, type UsagePrice } from './price-usage.ts'
import { createModelUse, priceByModel, type ModelUse } from './price-by-model.ts'
import { createNumberPricing, NO_PRICING, priceNumber } from './number-pricing.ts'
import type { Pricing } from './pricing.ts'
import { recordCharge } from './record-price.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { isEarliestPart, pricePart, type SessionPart } from '../session/session-price.ts'
import { SESSION } from '../session/session-record.ts'
import { findSession } from '../session/session-table.ts'
import { standingAt } from '../memory/standing.ts'
import { NO_SLOT } from '../memory/sums.ts'

/** One usage while it is rated; the object and everything in it is reused for the next one. */
export interface Rating {
  /** The rate that prices it: that of the session's start where it is a part of one. */
  rate: CompiledRate
  /** Number of the pricing by which a new session, or an earlier part of one, is priced. */
  pricing: number
  /** Slot of the session that it is a part of; NO_SLOT for none, or for its first part. */
  session: number
  /** Slot of the lane's cell; NO_SLOT where the rate is not the lane's. */
  cellSlot: number
  readonly takes: Takes
  readonly request: Mutable<PriceRequest> & Mutable<SessionPart>
  /** Before money allowances. */
  readonly price: UsagePrice
  /** By the amount in the record, where that is the price. */
  recordChargeMicros: Micros
  /** What a cumulative model was asked, where the rate has one. */
  readonly modelUse: ModelUse
  /** Negative where the part makes a session cheaper than what money allowances paid for it. */
  moneyTakenMicros: number
  /** What they get back then. */
  givenBack: readonly GivenBack[]
  reason: RejectReason | ''
  detail: string
}

const NOTHING: readonly never[] = []

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function createRating(): Rating {
  return {
    rate: NO_RATE,
    pricing: NO_PRICING,
    session: NO_SLOT,
    cellSlot: NO_SLOT,
    takes: createTakes(),
    request: {
      startMs: 0,
      quantity: 0,
      coveredQuantity: 0,
      outOfBundleQuantity: 0,
      isZeroCovered: false,
    },
    price: {
      billedQuantity: 0,
      chargeMicros: ZERO_MICROS,
      informationChargeMicros: ZERO_MICROS,
    },
    recordChargeMicros: ZERO_MICROS,
    modelUse: createModelUse(),
    moneyTakenMicros: 0,
    givenBack: NOTHING,
    reason: '',
    detail: '',
  }
}

/** Fills `rating` for the usage; returns the slot of its lane, or NO_SLOT where it is rejected. */
export function priceRating(state: RatingState, usage: Usage, rating: Rating): number {
  const { startMs, quantity } = usage
  let lane = laneOf(state, usage)
  if (lane === NO_SLOT) lane = findLane(state, usage, rating)
  if (lane === NO_SLOT) return lane
  const { values } = state.sums
  const { takes, request } = rating
  rating.pricing = values[lane + LANE.pricing]!
  if (pricingAt(state, rating.pricing).rate.readsUsage && !readUsage(state, usage, lane, rating)) {
    return NO_SLOT
  }
  const session =
    usage.sessionKey === ''
      ? NO_SLOT
      : findSession(state.sessions, state.sums, values[lane + LANE.useSlot]!, usage.sessionKey)
  rating.session = session
  const units = lane + LANE.units
  const unitsCount = values[lane + LANE.unitsCount]!
  const moneyCount = values[lane + LANE.moneyCount]!
  makeRoom(takes, unitsCount + moneyCount)
  const ahead = session === NO_SLOT ? 0 : values[session + SESSION.aheadQuantity]!
  takeAllowances(values, units, unitsCount, quantity, ahead, takes)

  request.startMs = startMs
  request.quantity = quantity
  request.outOfBundleQuantity = takes.outOfBundleQuantity
  request.coveredQuantity = quantity - takes.outOfBundleQuantity
  request.isZeroCovered = takes.isZeroCovered
  chargeRest(state, lane, rating)

  rating.moneyTakenMicros = 0
  if (rating.givenBack.length > 0) rating.givenBack = NOTHING
  const dueMicros = session === NO_SLOT ? rating.price.chargeMicros : dueOfPart(values, rating)
  if (dueMicros < 0) giveBack(state, lane, rating, -dueMicros)
  else if (moneyCount > 0 && dueMicros > 0) {
    const money = units + unitsCount * UNIT.size
    rating.moneyTakenMicros = takeMoney(values, money, moneyCount, dueMicros, unitsCount, takes)
  }
  return lane
}

/**
 * What a part still has to pay. Negative where the session becomes cheaper by more than was charged
 * for it: the rest was paid by credit, and goes back to it. So a session is never charged less than
 * nothing, and in any order of its parts credit has paid the same.
 */
function dueOfPart(values: Float64Array, { session, price }: Rating): number {
  const chargedMicros = values[session + SESSION.chargeMicros]!
  const sumMicros = chargedMicros + price.chargeMicros
  return sumMicros < 0 ? sumMicros : Math.max(0, Math.min(price.chargeMicros, sumMicros))
}

function giveBack(state: RatingState, lane: number, rating: Rating, micros: number): void {
  rating.givenBack = creditToGiveBack(state, lane, rating.session, micros)
  for (const { quantity } of rating.givenBack) rating.moneyTakenMicros -= quantity
}

/** What allowances left over: by the cumulative model, as a part of a session, or by itself. */
function chargeRest(state: RatingState, lane: number, rating: Rating): void {
  const { session, request, price } = rating
  const { values } = state.sums
  const own = pricingAt(state, rating.pricing)
  const isOwnRate =
    session === NO_SLOT || isEarliestPart(values, session, request) || own.rate.record !== undefined
  const pricing = isOwnRate ? own : pricingAt(state, values[session + SESSION.pricing]!)
  const { rate, clock } = pricing
  rating.rate = rate
  rating.cellSlot = rate === own.rate ? values[lane + LANE.cellSlot]! : NO_SLOT
  if (rate.record !== undefined) chargeRecord(rating)
  else if (rate.model !== undefined) priceByModel(state, lane, rating, rate.model)
  else if (session === NO_SLOT) priceUsage(rate, request, clock, price)
  else pricePart(values, session, request, rate, clock, price)
}

/** What the usage itself says of its price; false where it is rejected for that. */
function readUsage(state: RatingState, usage: Usage, lane: number, rating: Rating): boolean {
  const { record } = pricingAt(state, rating.pricing).rate
  if (record === undefined) return findNumber(state, usage, lane, rating)
  const { exchangeRates } = state.catalogue
  const charge = recordCharge(record, usage.recordAmount, usage.startMs, exchangeRates)
  if (typeof charge === 'string') {
    reject(rating, 'amount_missing', charge)
    return false
  }
  rating.recordChargeMicros = charge
  return true
}

/** Each record has its own amount, whatever session it is a part of; what is covered costs nothing. */
function chargeRecord({ request, price, recordChargeMicros }: Rating): void {
  const { outOfBundleQuantity, quantity, isZeroCovered } = request
  const isCovered = outOfBundleQuantity === 0 && (quantity !== 0 || isZeroCovered)
  price.billedQuantity = outOfBundleQuantity
  price.chargeMicros = isCovered ? ZERO_MICROS : recordChargeMicros
  price.informationChargeMicros = ZERO_MICROS
}

/** The pricing for the number of the usage; false where nothing has a price for it. */
function findNumber(state: RatingState, usage: Usage, lane: number, rating: Rating): boolean {
  const { account } = laneAt(state, lane).standing.account
  priceNumber(state.pricings, rating.pricing, usage, account.country, ofNumber)
  if (ofNumber.pricing === NO_PRICING) {
    const number = otherParty(usage) || 'an unknown number'
    reject(rating, 'price_missing', `${number} has no price in ${ofNumber.missingIn}`)
    return false
  }
  rating.pricing = ofNumber.pricing
  return true
}

/** Filled again for each usage. */
const ofNumber = createNumberPricing()

function pricingAt({ pricings }: RatingState, number: number): Pricing {
  return pricings.list[number]!
}

/** Slot of the lane that was made before, if any. */
export function laneOf(
  { laneIndex, sums }: RatingState,
  usage: Pick<Usage, 'subscriptionIndex' | 'callTypeIndex' | 'startMs'>,
): number {
  const { values } = sums
  const first = firstLane(laneIndex, values, usage.subscriptionIndex, usage.callTypeIndex)
  return laneIn(first, usage.startMs, values)
}

/** Makes the lane of a usage, or says why there is none. */
function findLane(state: RatingState, usage: Usage, rating: Rating): number {
  const { startMs, subscriptionIndex, callTypeIndex } = usage
  const ofSubscription = state.subscriptionAt(subscriptionIndex)
  if (ofSubscription === undefined) {
    return reject(rating, 'served_unknown', `no subscription at index ${subscriptionIndex}`)
  }
  const { subscription, account } = ofSubscription
  if (!isWithin(startMs, subscription.activatedMs, subscription.terminatedMs)) {
    return reject(rating, 'subscription_inactive', subscription.subscriptionId)
  }
  if (!isRatableTime(startMs)) return reject(rating, 'invalid_time', `${startMs} ms`)
  if (callTypeIndex < 0) return reject(rating, 'call_type_unknown', usage.callType)
  const standing = standingAt(ofSubscription, startMs, state)
  const { offer } = standing
  if (offer === undefined) return reject(rating, 'plan_missing', subscription.subscriptionId)
  const { laneIndex, sums } = state
  const next = firstLane(laneIndex, sums.values, subscriptionIndex, callTypeIndex)
  const lane = createLane(state, { ...standing, offer }, usage, next)
  if (lane === NO_SLOT) {
    return reject(rating, 'rate_missing', `plan ${offer.planId} has no rate for ${usage.callType}`)
  }
  setFirstLane(laneIndex, sums, account.home, { subscriptionIndex, callTypeIndex, lane })
  return lane
}

/** Rates nothing, for a reason of the closed list. */
export function reject(rating: Rating, reason: RejectReason, detail: string): number {
  rating.reason = reason
  rating.detail = detail
  return NO_SLOT
}
