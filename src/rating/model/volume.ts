/** `volume`: the tier of the period's total applies to all of it. */
import type { Tier } from '../../catalogue/catalogue.ts'
import type { Micros } from '../../core/money.ts'
import { compileTiers } from './graduated.ts'
import type { CumulativePrice, Rounding } from './compiled-model.ts'

/**
 * While the period is open a usage is charged at the tier that its total has reached; when the
 * period closes an adjustment (see settle-volume.ts) brings the sum to `settled`.
 */
export function compileVolume(tiers: readonly Tier[], rounding: Rounding): CumulativePrice {
  const levels = tiers.map((tier) => ({
    from: tier.from,
    price: compileTiers([{ ...tier, from: 0 }], rounding),
  }))
  const at = (total: number, quantity: number): Micros => {
    let level = levels[0]
    for (const next of levels) if (next.from <= total) level = next
    if (level === undefined) throw new RangeError('a volume model has at least one tier')
    return level.price(quantity)
  }
  return {
    charge: (before, quantity) => at(before + quantity, quantity),
    billed: (_before, quantity) => quantity,
    settled: at,
  }
}
