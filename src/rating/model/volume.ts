/** `volume`: the tier of the period's total applies to all of it. */
import type { PeriodBounds, Tier } from '../../catalogue/catalogue.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import type { CumulativePrice, PriceRounding } from './compiled-model.ts'
import { compileTotal, hasFeesOrBounds } from './total-price.ts'

/**
 * While the period is open a usage is charged at the tier that its total has reached; where tiers
 * have fees or the period has bounds, by what the price of the total grows, if it does. When the
 * period closes an adjustment (see settle-volume.ts) brings the sum to `settled`.
 */
export function compileVolume(
  model: PeriodBounds & { readonly tiers: readonly Tier[] },
  rounding: PriceRounding,
): CumulativePrice {
  const levels = model.tiers.map((tier) => ({
    from: tier.from,
    price: compileTotal([{ ...tier, from: 0 }], model, rounding),
  }))
  const at = (total: number, quantity: number): Micros => {
    let level = levels[0]
    for (const next of levels) if (next.from <= total) level = next
    if (level === undefined) throw new RangeError('a volume model has at least one tier')
    return level.price(quantity)
  }
  const isOfTotal = hasFeesOrBounds(model.tiers, model)
  return {
    charge(before, quantity) {
      const after = before + quantity
      const settled = at(after, after) // What the period will be settled at is exact too, or this throws.
      if (!isOfTotal) return at(after, quantity)
      return micros(Math.max(0, settled - at(before, before)))
    },
    billed: (_before, quantity) => quantity,
    settled: at,
    settlesOnce: isOfTotal,
  }
}
