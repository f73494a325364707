/**
 * Prices a usage, and rejects one whose charge, or one of the sums that it would be added to, leaves
 * the range in which numbers are exact. One absurd record is then a row in suspense, and nothing of it
 * is in any balance.
 */
import { TikError } from '../../core/failures/errors.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { CELL } from '../memory/balance.ts'
import { cellOf, LANE, UNIT } from '../memory/lane.ts'
import { priceRating, reject, type Rating } from './price-rating.ts'
import type { RatingState } from '../memory/rating-state.ts'
import { SESSION } from '../session/session-record.ts'
import { NO_SLOT } from '../memory/sums.ts'

/**
 * A quarter of what is exact (2.25 milliard EUR, 2.25 petabytes), so that an invoice that adds up the
 * products of an account, fees and VAT stays exact too.
 */
export const SUM_MAX = 2 ** 51

/** As `priceRating`; after it, `applyRating` cannot leave the exact range. */
export function priceInRange(state: RatingState, usage: Usage, rating: Rating): number {
  let lane: number
  try {
    lane = priceRating(state, usage, rating)
  } catch (error) {
    if (!(error instanceof TikError) || error.code !== 'money_overflow') throw error
    return reject(rating, 'charge_out_of_range', error.message)
  }
  if (lane === NO_SLOT) return lane
  const tooLarge = tooLargeSum(state, usage, lane, rating)
  if (tooLarge === undefined) return lane
  return reject(rating, 'charge_out_of_range', `${tooLarge} would be beyond ${SUM_MAX}`)
}

/** The first sum that the usage would take out of range, in words. */
function tooLargeSum(
  state: RatingState,
  usage: Usage,
  lane: number,
  rating: Rating,
): string | undefined {
  // This comes first: it may replace the array of sums by a longer one.
  const slot = rating.cellSlot === NO_SLOT ? cellOf(state, lane, rating.rate).slot : rating.cellSlot
  const { values } = state.sums
  const { price, takes, moneyTakenMicros } = rating
  const chargeMicros = price.chargeMicros - moneyTakenMicros
  const spentMicros = chargeMicros + price.informationChargeMicros
  if (values[slot + CELL.quantity]! + usage.quantity > SUM_MAX) return 'the quantity of the period'
  if (values[slot + CELL.chargeMicros]! + chargeMicros > SUM_MAX) return 'the charge of the period'
  if (values[slot + CELL.informationChargeMicros]! + price.informationChargeMicros > SUM_MAX) {
    return 'the information charge of the period'
  }
  if (price.billedQuantity > SUM_MAX) return 'the billed quantity'
  if (price.chargeMicros > SUM_MAX) return 'the charge'
  if (values[values[slot + CELL.spentSlot]!]! + spentMicros > SUM_MAX) {
    return 'what the account spends in the period'
  }
  let at = slot + CELL.meters
  const moneyFrom = at + values[slot + CELL.quantityMetersCount]!
  const end = moneyFrom + values[slot + CELL.moneyMetersCount]!
  for (; at < end; at += 1) {
    const added = at < moneyFrom ? usage.quantity : spentMicros
    if (values[values[at]!]! + added > SUM_MAX) return 'the sum that a limit watches'
  }
  for (let index = 0; index < takes.count; index += 1) {
    const unit = lane + LANE.units + takes.positions[index]! * UNIT.size
    const used = values[values[unit + UNIT.usedSlot]!]! + takes.quantities[index]!
    if (used > SUM_MAX) return 'what is taken from an allowance'
  }
  if (values[slot + CELL.isCumulative] === 1) {
    const { ofAccount, ofSubscription } = cellOf(state, lane, rating.rate)
    const before = Math.max(ofAccount?.quantity ?? 0, ofSubscription?.quantity ?? 0)
    const moved = movedQuantity(state, rating)
    if (before + moved + takes.outOfBundleQuantity > SUM_MAX)
      return 'the total that the price looks at'
  }
  const { session } = rating
  if (session === NO_SLOT) return undefined
  if (values[session + SESSION.quantity]! + usage.quantity > SUM_MAX) return 'the session'
  if (values[session + SESSION.billedQuantity]! + price.billedQuantity > SUM_MAX)
    return 'the session'
  if (values[session + SESSION.moneyTakenMicros]! + moneyTakenMicros > SUM_MAX) return 'the session'
  return undefined
}

/** Units of the session that will count for another rate's total, because of an earlier part. */
function movedQuantity({ sums, pricings }: RatingState, { rate, session }: Rating): number {
  if (session === NO_SLOT) return 0
  const { values } = sums
  const ofSession = pricings.list[values[session + SESSION.pricing]!]!.rate
  return ofSession.rateId === rate.rateId ? 0 : values[session + SESSION.outOfBundleQuantity]!
}
