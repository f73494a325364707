/**
 * Sessions that come in parts: increments, minimums and fees belong to the session. A part is
 * charged the price of the session so far less what was charged already, so that the parts add up
 * to the price of the whole in whatever order they come.
 */
import { micros } from '../../core/money.ts'
import { SESSION, type Session } from '../balance.ts'
import type { BandClock } from '../price/band-clock.ts'
import type { CompiledRate } from '../price/compiled-rate.ts'
import { priceUsage, type PriceRequest, type UsagePrice } from '../price/price-usage.ts'
import { takeRecord, type Sums } from '../sums.ts'

export interface SessionPart {
  readonly startMs: number
  /** The rate at the start of this part. */
  readonly rate: CompiledRate
  readonly quantity: number
  readonly outOfBundleQuantity: number
}

export function createSession(sums: Sums, startMs: number, rate: CompiledRate): Session {
  const nothing = 0
  const counts = [nothing, nothing, nothing, nothing, nothing, nothing, nothing]
  return { slot: takeRecord(sums, [startMs, ...counts]), rate, takeKeys: [], takeQuantities: [] }
}

/** Start and rate of a session are those of its earliest part, also when that comes late. */
export function isEarliestPart(
  values: Float64Array,
  { slot }: Session,
  part: { readonly startMs: number },
): boolean {
  return part.startMs < values[slot + SESSION.startMs]!
}

/** Reused for each part: what the session is once the part belongs to it. */
const whole: PriceRequest = { startMs: 0, coveredQuantity: 0, outOfBundleQuantity: 0 }

/**
 * Prices a part into `price`; the session is not changed. A part can be negative where an earlier
 * part that arrives later makes the whole cheaper. `rate` is that of the earliest part.
 */
export function pricePart(
  values: Float64Array,
  session: Session,
  part: SessionPart,
  rate: CompiledRate,
  clock: BandClock | undefined,
  price: UsagePrice,
): void {
  const { slot } = session
  const isEarliest = isEarliestPart(values, session, part)
  const rest = values[slot + SESSION.outOfBundleQuantity]! + part.outOfBundleQuantity
  whole.startMs = isEarliest ? part.startMs : values[slot + SESSION.startMs]!
  whole.outOfBundleQuantity = rest
  whole.coveredQuantity = values[slot + SESSION.quantity]! + part.quantity - rest
  priceUsage(rate, whole, clock, price)
  const paidMicros = values[slot + SESSION.chargeMicros]! + values[slot + SESSION.moneyTakenMicros]!
  price.billedQuantity -= values[slot + SESSION.billedQuantity]!
  price.chargeMicros = micros(price.chargeMicros - paidMicros)
  price.informationChargeMicros = micros(
    price.informationChargeMicros - values[slot + SESSION.informationChargeMicros]!,
  )
}
