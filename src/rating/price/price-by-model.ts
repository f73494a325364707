/**
 * What a cumulative model charges: by the total of the period so far. A part of a session that goes on under
 * the same version is charged what the total grows by, as any usage is. Where an earlier part brings another
 * rate to the session, the whole of it is priced by that, less what was paid.
 */
import { ZERO_MICROS } from '../../core/money/money.ts'
import { cellOf } from '../memory/lane.ts'
import type { CompiledModel } from '../model/compiled-model.ts'
import type { Rating } from './price-rating.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { lessPaid } from '../session/session-price.ts'
import { SESSION } from '../session/session-record.ts'
import { NO_SLOT } from '../memory/sums.ts'

/** Reused for each usage. */
export interface ModelUse {
  /** Units out of bundle of the period's total before those that are priced, and how many usages. */
  before: number
  usagesBefore: number
  /** Of the usage, or of its whole session. */
  quantity: number
  /** The whole session is priced: an earlier part brought another rate. */
  isWhole: boolean
}

export function createModelUse(): ModelUse {
  return { before: 0, usagesBefore: 0, quantity: 0, isWhole: false }
}

/** `rating.rate` is the rate of the model. */
export function priceByModel(
  state: RatingState,
  lane: number,
  rating: Rating,
  model: CompiledModel,
): void {
  const { rate, session, request, price, modelUse } = rating
  const cell = cellOf(state, lane, rate)
  const total = model.scope === 'account' ? cell.ofAccount : cell.ofSubscription
  const { values } = state.sums
  modelUse.before = total?.quantity ?? 0
  modelUse.usagesBefore = total?.count ?? 0
  modelUse.quantity = request.outOfBundleQuantity
  modelUse.isWhole = false
  if (session !== NO_SLOT) {
    const ofSession = state.pricings.list[values[session + SESSION.pricing]!]!.rate
    if (ofSession !== rate) {
      const sessionQuantity = values[session + SESSION.outOfBundleQuantity]!
      modelUse.isWhole = true
      modelUse.quantity += sessionQuantity
      // Its units count for the total of the rate that it had.
      if (ofSession.rateId === rate.rateId) modelUse.before -= sessionQuantity
    }
  }
  const { before, quantity, usagesBefore, isWhole } = modelUse
  price.billedQuantity = model.billed(before, quantity, usagesBefore)
  price.chargeMicros = model.charge(before, quantity, usagesBefore)
  price.informationChargeMicros = ZERO_MICROS
  if (isWhole) lessPaid(values, session, price)
}
