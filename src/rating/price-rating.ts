/**
 * Works out what one usage costs, without changing any balance: who and what holds at its start,
 * what allowances cover, the price of the rest. Explaining a usage and rating it both begin here.
 */
import { ZERO_MICROS } from '../core/money.ts'
import type { RejectReason } from '../core/reasons.ts'
import type { Usage } from '../core/usage.ts'
import { createTakes, takeAllowances, takeMoney, type Takes } from './allowance/take-allowances.ts'
import type { Session, UsageCell } from './balance.ts'
import type { OfferedRate } from './offer.ts'
import { NO_RATE, versionAt, type CompiledRate } from './price/compiled-rate.ts'
import { priceUsage, type PriceRequest, type UsagePrice } from './price/price-usage.ts'
import type { RatingState } from './rating-state.ts'
import { pricePart, rateWithPart, type SessionPart } from './session/session-price.ts'
import { allowancesOf, standingAt, type Standing } from './standing.ts'
import { usageCell } from './usage-cell.ts'

/** One usage while it is rated; the object and everything in it is reused for the next one. */
export interface Rating {
  standing: Standing | undefined
  offered: OfferedRate | undefined
  /** The rate that prices it: that of the session's start where it is a part of one. */
  rate: CompiledRate | undefined
  cell: UsageCell | undefined
  session: Session | undefined
  readonly takes: Takes
  readonly request: Mutable<PriceRequest> & Mutable<SessionPart>
  /** Before money allowances. */
  readonly price: UsagePrice
  moneyTakenMicros: number
  /** Takes before this index are units, those from it on are money. */
  unitTakesCount: number
  reason: RejectReason | ''
  detail: string
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function createRating(): Rating {
  return {
    standing: undefined,
    offered: undefined,
    rate: undefined,
    cell: undefined,
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
    unitTakesCount: 0,
    reason: '',
    detail: '',
  }
}

/** Fills `rating` for the usage; false when it is rejected, with reason and detail. */
export function priceRating(state: RatingState, usage: Usage, rating: Rating): boolean {
  rating.reason = ''
  rating.detail = ''
  const standing = findStanding(state, usage, rating)
  if (standing === undefined) return false
  const rate = findRate(standing, usage, rating)
  if (rate === undefined || standing.offer === undefined) return false
  const { takes, request, price } = rating
  const allowances = allowancesOf(standing, standing.offer, usage, state)
  rating.session = findSession(standing, usage)

  takes.count = 0
  takeAllowances(allowances.units, usage, rating.session?.aheadQuantity ?? 0, takes)
  rating.unitTakesCount = takes.count
  request.startMs = usage.startMs
  request.rate = rate
  request.quantity = usage.quantity
  request.outOfBundleQuantity = takes.outOfBundleQuantity
  request.coveredQuantity = usage.quantity - takes.outOfBundleQuantity
  chargeRest(state, standing, usage, rating)

  rating.moneyTakenMicros = 0
  if (allowances.money.length > 0 && price.chargeMicros > 0) {
    rating.moneyTakenMicros = takeMoney(
      allowances.money,
      { startMs: usage.startMs, chargeMicros: price.chargeMicros },
      takes,
    )
  }
  return true
}

/** What allowances left over: by the cumulative model, as a part of a session, or by itself. */
function chargeRest(state: RatingState, standing: Standing, usage: Usage, rating: Rating): void {
  const { session, request, price } = rating
  const rate = session === undefined ? request.rate : rateWithPart(session, request).rate
  rating.rate = rate
  const callType = state.catalogue.callTypes[usage.callTypeIndex]!
  const cell = usageCell(standing, callType, rate.rateId, state)
  rating.cell = cell
  if (rate.model !== undefined) {
    const total = rate.model.scope === 'account' ? cell.ofAccount : cell.ofSubscription
    const before = total?.quantity ?? 0
    price.billedQuantity = rate.model.billed(before, request.outOfBundleQuantity)
    price.chargeMicros = rate.model.charge(before, request.outOfBundleQuantity)
    price.informationChargeMicros = ZERO_MICROS
    return
  }
  const clock = state.clockOf(rate, standing.account)
  if (session === undefined) priceUsage(rate, request, clock, price)
  else pricePart(session, request, clock, price)
}

function findStanding(state: RatingState, usage: Usage, rating: Rating): Standing | undefined {
  rating.standing = undefined
  const ofSubscription = state.subscriptionAt(usage.subscriptionIndex)
  if (ofSubscription === undefined) {
    return reject(rating, 'served_unknown', `no subscription at index ${usage.subscriptionIndex}`)
  }
  const { subscription } = ofSubscription
  if (usage.startMs < subscription.activatedMs || usage.startMs >= subscription.terminatedMs) {
    return reject(rating, 'subscription_inactive', subscription.subscriptionId)
  }
  const standing = standingAt(ofSubscription, usage.startMs, state)
  rating.standing = standing
  if (standing.offer === undefined) {
    return reject(rating, 'plan_missing', subscription.subscriptionId)
  }
  return standing
}

function findRate(standing: Standing, usage: Usage, rating: Rating): CompiledRate | undefined {
  rating.offered = undefined
  if (usage.callTypeIndex < 0) return reject(rating, 'call_type_unknown', usage.callType)
  const planId = standing.offer?.planId ?? ''
  const offered = standing.offer?.rates[usage.callTypeIndex]
  if (offered === undefined) {
    return reject(rating, 'rate_missing', `plan ${planId} has no rate for ${usage.callType}`)
  }
  const rate = versionAt(offered.rates, usage.startMs)
  if (rate === undefined) {
    return reject(rating, 'rate_missing', `rate ${offered.rates.rateId} has no version then`)
  }
  rating.offered = offered
  return rate
}

function findSession(standing: Standing, usage: Usage): Session | undefined {
  if (usage.sessionKey === '') return undefined
  const use = standing.subscriptionPeriod.uses[usage.callTypeIndex]
  return use?.sessions?.get(usage.sessionKey)
}

function reject(rating: Rating, reason: RejectReason, detail: string): undefined {
  rating.reason = reason
  rating.detail = detail
  return undefined
}
