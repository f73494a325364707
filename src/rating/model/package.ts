/** `package`: a price for each started block; the record that starts a block carries its price. */
import type { PeriodBounds } from '../../catalogue/catalogue.ts'
import { micros } from '../../core/money.ts'
import type { CumulativePrice, PriceRounding } from './compiled-model.ts'
import { compileTotal, hasFeesOrBounds } from './total-price.ts'

export function compilePackage(
  model: PeriodBounds & { readonly price: string; readonly size: number },
  rounding: PriceRounding,
): CumulativePrice {
  const { size } = model
  const tiers = [{ from: 0, price: model.price, per: 1 }]
  const priceBlocks = compileTotal(tiers, model, rounding)
  const blocksOf = (total: number): number => Math.ceil(total / size)
  const started = (before: number, quantity: number): number =>
    blocksOf(before + quantity) - blocksOf(before)
  return {
    // Without bounds each block has its own price, rounded by itself as it stands in the price list.
    charge: hasFeesOrBounds(tiers, model)
      ? (before, quantity) =>
          micros(priceBlocks(blocksOf(before + quantity)) - priceBlocks(blocksOf(before)))
      : (before, quantity) => priceBlocks(started(before, quantity)),
    billed: (before, quantity) => started(before, quantity) * size,
  }
}
