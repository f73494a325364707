/**
 * `package`: a price for each started block; the record that starts a block carries its price. A price that
 * is finer than the rate's decimals is rounded in the total, so that it adds up in portions of any size.
 */
import type { PeriodBounds } from '../../catalogue/catalogue.ts'
import { micros } from '../../core/money/money.ts'
import type { CumulativePrice, PriceRounding } from './compiled-model.ts'
import { compileTotal } from './total-price.ts'

export function compilePackage(
  model: PeriodBounds & { readonly price: string; readonly size: number },
  rounding: PriceRounding,
): CumulativePrice {
  const { size } = model
  const priceBlocks = compileTotal([{ from: 0, price: model.price, per: 1 }], model, rounding)
  const blocksOf = (total: number): number => Math.ceil(total / size)
  const started = (before: number, quantity: number): number =>
    blocksOf(before + quantity) - blocksOf(before)
  return {
    charge: (before, quantity) =>
      micros(priceBlocks(blocksOf(before + quantity)) - priceBlocks(blocksOf(before))),
    billed: (before, quantity) => started(before, quantity) * size,
  }
}
