/**
 * The price of one usage, or of a session so far: rating.md §2 in the order in which it is written.
 * Time bands choose the table, the walk counts increments, the fee joins, then minimum and maximum,
 * then one rounding. Cumulative models are priced elsewhere.
 */
import { TikError } from '../../core/failures/errors.ts'
import { ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { BandClock } from './band-clock.ts'
import type { CompiledRate } from './compiled-rate.ts'
import type { PriceTable } from './price-table.ts'
import { chargeOfCounts, clearCounts, walkSteps } from './walk-steps.ts'

/** All quantities are in the rate's unit. */
export interface PriceRequest {
  startMs: number
  /** Units that allowances covered; the steps go on from there. */
  coveredQuantity: number
  outOfBundleQuantity: number
  /** An allowance would have covered a quantity of 0. */
  isZeroCovered: boolean
}

export interface UsagePrice {
  billedQuantity: number
  chargeMicros: Micros
  informationChargeMicros: Micros
}

/**
 * Prices the request into `price`, which the caller owns and reuses. `clock` is needed only for a
 * rate with time bands. Throws `money_overflow` when a charge leaves the exact range.
 */
export function priceUsage(
  rate: CompiledRate,
  request: Readonly<PriceRequest>,
  clock: BandClock | undefined,
  price: UsagePrice,
): void {
  price.billedQuantity = 0
  price.chargeMicros = ZERO_MICROS
  price.informationChargeMicros = ZERO_MICROS
  const { coveredQuantity, outOfBundleQuantity } = request
  const isZero = coveredQuantity + outOfBundleQuantity === 0
  if (isZero && !rate.source.chargeZero) return

  const isCovered = outOfBundleQuantity === 0 && (!isZero || request.isZeroCovered)
  if (!isCovered || rate.source.connectFeeAlways) {
    clearCounts(rate.tables)
    price.billedQuantity = countIncrements(rate, request, clock)
    const fee = tableAt(rate, request.startMs, clock)
    price.chargeMicros = chargeOfCounts(rate.scale, rate.tables, fee, !isCovered)
  }
  if (rate.information !== undefined) {
    // No allowance covers the third party's part: it is passed on for the whole usage.
    const { scale, tables, freeQuantity } = rate.information
    const quantity = coveredQuantity + outOfBundleQuantity - freeQuantity
    if (freeQuantity > 0 && quantity <= 0) return
    const table = tables[0]!
    clearCounts(tables)
    walkSteps(table, 0, quantity, Infinity)
    price.informationChargeMicros = chargeOfCounts(scale, tables, table, true)
  }
}

/** Ten years: each of their days is cut into its bands. */
const SPLIT_SECONDS_MAX = 3_653 * 86_400

/** Walks the part out of bundle, in the band of its start or band by band; returns units billed. */
function countIncrements(
  rate: CompiledRate,
  request: Readonly<PriceRequest>,
  clock: BandClock | undefined,
): number {
  const { startMs, coveredQuantity, outOfBundleQuantity } = request
  if (!rate.splitsByBand || clock === undefined) {
    const table = tableAt(rate, startMs, clock)
    return walkSteps(table, coveredQuantity, outOfBundleQuantity, Infinity)
  }
  const endPosition = coveredQuantity + outOfBundleQuantity
  if (endPosition > SPLIT_SECONDS_MAX) {
    throw new TikError('money_overflow', `${endPosition} s are too long to be split by time bands`)
  }
  let position = coveredQuantity
  while (position < endPosition) {
    const stretch = clock.stretchAt(startMs + position * 1000)
    const stretchEnd = (stretch.toMs - startMs) / 1000
    const table = rate.tables[stretch.table]!
    position += walkSteps(table, position, endPosition - position, Math.ceil(stretchEnd))
  }
  return position - coveredQuantity
}

/** The table of the band that holds at the instant; also the one whose connect fee applies. */
export function tableAt(
  rate: CompiledRate,
  instantMs: number,
  clock: BandClock | undefined,
): PriceTable {
  return rate.tables[clock === undefined ? 0 : clock.stretchAt(instantMs).table]!
}
