/** `graduated`: the first units of the period at one price, the next at another. */
import type { PeriodBounds, Tier } from '../../catalogue/catalogue.ts'
import { micros } from '../../core/money/money.ts'
import type { CumulativePrice, PriceRounding } from './compiled-model.ts'
import { compileTotal } from './total-price.ts'

/**
 * A usage costs what the total costs with it less what it cost without it, both rounded, so that
 * the charges of a period add up to the rounded price of its total in whatever portions it came.
 */
export function compileGraduated(
  model: PeriodBounds & { readonly tiers: readonly Tier[] },
  rounding: PriceRounding,
): CumulativePrice {
  const priceTotal = compileTotal(model.tiers, model, rounding)
  return {
    charge: (before, quantity) => micros(priceTotal(before + quantity) - priceTotal(before)),
    billed: (_before, quantity) => quantity,
  }
}
