/**
 * The pricing kernel: counts how many increments of each step a quantity consumes, in time that
 * depends on the number of steps and never on the quantity, and turns the counts into a charge.
 */
import { divideBig, micros, roundQuotient, type Micros } from '../../core/money/money.ts'
import type { PriceScale, PriceTable } from './price-table.ts'

/**
 * Consumes `quantity` units from `position` in whole increments, adds them to `table.counts` and
 * returns the units consumed: at least `quantity` when nothing stops it. `endPosition` stops it
 * before the first increment that would begin there or later (Infinity: nowhere).
 */
export function walkSteps(
  table: PriceTable,
  position: number,
  quantity: number,
  endPosition: number,
): number {
  const { from, increment, counts } = table
  const lastStep = from.length - 1
  const stopAt = Math.min(position + quantity, endPosition)
  if (lastStep < 0) return stopAt - position // A flat fee: no steps.
  let at = position
  let step = 0
  while (at < stopAt) {
    while (step < lastStep && from[step + 1]! <= at) step += 1
    const until = step < lastStep && from[step + 1]! < stopAt ? from[step + 1]! : stopAt
    const size = increment[step]!
    const count = Math.ceil((until - at) / size)
    counts[step]! += count
    at += count * size
  }
  return at - position
}

/** Sum of the counted increments and the fee, within minimum and maximum, rounded once. */
export function chargeOfCounts(
  scale: PriceScale,
  tables: readonly PriceTable[],
  fee: PriceTable | undefined,
  applyMinimum: boolean,
): Micros {
  if (!scale.fitsNumbers) return chargeExactly(scale, tables, fee, applyMinimum)
  let sum = fee === undefined ? 0 : fee.fee
  for (const { counts, incrementPrice } of tables) {
    for (let step = 0; step < counts.length; step += 1) sum += counts[step]! * incrementPrice[step]!
  }
  // No term is negative, so a sum that left the exact range anywhere is seen to be outside of it.
  if (sum > Number.MAX_SAFE_INTEGER) return chargeExactly(scale, tables, fee, applyMinimum)
  if (applyMinimum && sum < scale.minimum) sum = scale.minimum
  if (sum > scale.maximum) sum = scale.maximum
  return roundQuotient({
    numerator: sum,
    denominator: scale.denominator,
    mode: scale.mode,
    times: scale.unitMicros,
  })
}

/** The same in bigint, for prices and quantities beyond the safe range. Throws `money_overflow`. */
export function chargeExactly(
  scale: PriceScale,
  tables: readonly PriceTable[],
  fee: PriceTable | undefined,
  applyMinimum: boolean,
): Micros {
  let sum = fee === undefined ? 0n : fee.feeBig
  for (const { counts, incrementPriceBig } of tables) {
    for (const [step, price] of incrementPriceBig.entries()) sum += BigInt(counts[step]!) * price
  }
  if (applyMinimum && sum < scale.minimumBig) sum = scale.minimumBig
  if (scale.maximumBig !== undefined && sum > scale.maximumBig) sum = scale.maximumBig
  return micros(Number(divideBig(sum, scale.denominatorBig, scale.mode)) * scale.unitMicros)
}

export function clearCounts(tables: readonly PriceTable[]): void {
  for (const { counts } of tables) counts.fill(0)
}
