/**
 * Sessions that come in parts: increments, minimums and fees belong to the session. A part is
 * charged the price of the session so far less what was charged already, so that the parts add up
 * to the price of the whole in whatever order they come.
 */
import { micros } from '../../core/money/money.ts'
import type { BandClock } from '../price/band-clock.ts'
import type { CompiledRate } from '../price/compiled-rate.ts'
import { priceUsage, type PriceRequest, type UsagePrice } from '../price/price-usage.ts'
import { SESSION } from './session-record.ts'

export interface SessionPart {
  readonly startMs: number
  readonly quantity: number
  readonly outOfBundleQuantity: number
  readonly isZeroCovered: boolean
}

/** Start and rate of a session are those of its earliest part, also when that comes late. */
export function isEarliestPart(
  values: Float64Array,
  session: number,
  part: { readonly startMs: number },
): boolean {
  return part.startMs < values[session + SESSION.startMs]!
}

/** Reused for each part: what the session is once the part belongs to it. */
const whole: PriceRequest = {
  startMs: 0,
  coveredQuantity: 0,
  outOfBundleQuantity: 0,
  isZeroCovered: false,
}

/**
 * Prices a part into `price`; the session, whose record is at the slot, is not changed. A part can be negative where an earlier
 * part that arrives later makes the whole cheaper. `rate` is that of the earliest part.
 */
export function pricePart(
  values: Float64Array,
  session: number,
  part: SessionPart,
  rate: CompiledRate,
  clock: BandClock | undefined,
  price: UsagePrice,
): void {
  const isEarliest = isEarliestPart(values, session, part)
  const rest = values[session + SESSION.outOfBundleQuantity]! + part.outOfBundleQuantity
  whole.startMs = isEarliest ? part.startMs : values[session + SESSION.startMs]!
  whole.outOfBundleQuantity = rest
  whole.coveredQuantity = values[session + SESSION.quantity]! + part.quantity - rest
  whole.isZeroCovered = part.isZeroCovered
  priceUsage(rate, whole, clock, price)
  lessPaid(values, session, price)
}

/** From the price of the whole session to what is due now. */
export function lessPaid(values: Float64Array, session: number, price: UsagePrice): void {
  const paidMicros =
    values[session + SESSION.chargeMicros]! + values[session + SESSION.moneyTakenMicros]!
  price.billedQuantity -= values[session + SESSION.billedQuantity]!
  price.chargeMicros = micros(price.chargeMicros - paidMicros)
  price.informationChargeMicros = micros(
    price.informationChargeMicros - values[session + SESSION.informationChargeMicros]!,
  )
}
