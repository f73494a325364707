/**
 * Sessions that come in parts: increments, minimums and fees belong to the session. A part is
 * charged the price of the session so far less what was charged already, so that the parts add up
 * to the price of the whole in whatever order they come.
 */
import { micros } from '../../core/money.ts'
import type { Session } from '../balance.ts'
import type { BandClock } from '../price/band-clock.ts'
import type { CompiledRate } from '../price/compiled-rate.ts'
import { priceUsage, type UsagePrice } from '../price/price-usage.ts'

export interface SessionPart {
  readonly startMs: number
  /** The rate at the start of this part. */
  readonly rate: CompiledRate
  readonly quantity: number
  readonly outOfBundleQuantity: number
}

export function createSession(startMs: number, rate: CompiledRate): Session {
  return {
    startMs,
    rate,
    quantity: 0,
    outOfBundleQuantity: 0,
    billedQuantity: 0,
    chargeMicros: 0,
    informationChargeMicros: 0,
    aheadQuantity: 0,
    moneyTakenMicros: 0,
    takeKeys: [],
    takeQuantities: [],
  }
}

/** The session's start and rate once the part belongs to it: those of its earliest part. */
export function rateWithPart(
  session: Readonly<Session>,
  part: SessionPart,
): { startMs: number; rate: CompiledRate } {
  return part.startMs < session.startMs ? part : session
}

/**
 * Prices a part into `price`; the session is not changed. A part can be negative where an earlier
 * part that arrives later makes the whole cheaper.
 */
export function pricePart(
  session: Readonly<Session>,
  part: SessionPart,
  clock: BandClock | undefined,
  price: UsagePrice,
): void {
  const { startMs, rate } = rateWithPart(session, part)
  const outOfBundleQuantity = session.outOfBundleQuantity + part.outOfBundleQuantity
  const coveredQuantity = session.quantity + part.quantity - outOfBundleQuantity
  priceUsage(rate, { startMs, coveredQuantity, outOfBundleQuantity }, clock, price)
  price.billedQuantity -= session.billedQuantity
  price.chargeMicros = micros(price.chargeMicros - session.chargeMicros - session.moneyTakenMicros)
  price.informationChargeMicros = micros(
    price.informationChargeMicros - session.informationChargeMicros,
  )
}
