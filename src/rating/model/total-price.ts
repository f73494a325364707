/** What a period's total costs through tiers, with their flat fees and the bounds of the period. */
import type { PeriodBounds, Tier } from '../../catalogue/catalogue.ts'
import { addMicros, microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import { ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { compilePrices } from '../price/price-table.ts'
import { chargeOfCounts, clearCounts, walkSteps } from '../price/walk-steps.ts'
import type { PriceRounding } from './compiled-model.ts'

/**
 * Unit by unit from 0; a tier is entered with the first unit after its `from`. A total of 0 costs
 * nothing; everything else is rounded once.
 */
export function compileTotal(
  tiers: readonly Tier[],
  { periodMinimum, periodMaximum }: PeriodBounds,
  rounding: PriceRounding,
): (total: number) => Micros {
  const steps = tiers.map(({ from, price, per }) => ({ from, price, per, increment: 1 }))
  const bounds = { minimum: periodMinimum, maximum: periodMaximum }
  // The first table has all steps; of the table of a tier only the fee is used.
  const bands = feesUpTo(tiers).map((connectFee, index) => ({
    connectFee,
    steps: index === 0 ? steps : [],
  }))
  const prices = { connectFee: '0', steps, ...bounds }
  const { scale, tables } = compilePrices(prices, bands, rounding)
  return (total) => {
    if (total === 0) return ZERO_MICROS
    clearCounts(tables)
    walkSteps(tables[0]!, 0, total, Infinity)
    return chargeOfCounts(scale, tables, tables[tierOf(tiers, total)], true)
  }
}

/** Whether a total costs more than the sum of its units: the order of a period's usages matters. */
export function hasFeesOrBounds(
  tiers: readonly Tier[],
  { periodMinimum, periodMaximum }: PeriodBounds,
): boolean {
  const isBounded = periodMinimum !== undefined || periodMaximum !== undefined
  return isBounded || tiers.some(({ fee }) => fee !== undefined)
}

/** Position of the tier in which the last unit of the total is. */
export function tierOf(tiers: readonly { readonly from: number }[], total: number): number {
  let found = 0
  for (const [index, { from }] of tiers.entries()) if (from < total) found = index
  return found
}

/** For each tier its own fee and those of all before it. */
function feesUpTo(tiers: readonly Tier[]): string[] {
  let sum = ZERO_MICROS
  return tiers.map(({ fee }) => {
    sum = addMicros(sum, microsFromDecimal(fee ?? '0'))
    return microsToDecimal(sum)
  })
}
