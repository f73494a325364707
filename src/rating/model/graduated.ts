/** `graduated`: the first units of the period at one price, the next at another. */
import type { Tier } from '../../catalogue/catalogue.ts'
import { micros, type Micros } from '../../core/money.ts'
import { compilePrices } from '../price/price-table.ts'
import { chargeOfCounts, clearCounts, walkSteps } from '../price/walk-steps.ts'
import type { CumulativePrice, Rounding } from './compiled-model.ts'

/**
 * A usage costs what the total costs with it less what it cost without it, both rounded, so that
 * the charges of a period add up to the rounded price of its total in whatever portions it came.
 */
export function compileGraduated(tiers: readonly Tier[], rounding: Rounding): CumulativePrice {
  const priceTotal = compileTiers(tiers, rounding)
  return {
    charge: (before, quantity) => micros(priceTotal(before + quantity) - priceTotal(before)),
    billed: (_before, quantity) => quantity,
  }
}

/** Prices a quantity from 0 through the tiers, unit by unit. */
export function compileTiers(
  tiers: readonly Tier[],
  rounding: Rounding,
): (quantity: number) => Micros {
  const steps = tiers.map((tier) => ({ ...tier, increment: 1 }))
  const prices = { connectFee: '0', steps, minimum: undefined, maximum: undefined }
  const { scale, tables } = compilePrices(prices, [prices], rounding)
  return (quantity) => {
    clearCounts(tables)
    for (const table of tables) walkSteps(table, 0, quantity, Infinity)
    return chargeOfCounts(scale, tables, undefined, false)
  }
}
