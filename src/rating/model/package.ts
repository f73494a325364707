/** `package`: a price for each started block; the record that starts a block carries its price. */
import type { CumulativePrice, Rounding } from './compiled-model.ts'
import { compileTiers } from './graduated.ts'

export function compilePackage(
  model: { price: string; size: number },
  rounding: Rounding,
): CumulativePrice {
  const { size } = model
  const priceBlocks = compileTiers([{ from: 0, price: model.price, per: 1 }], rounding)
  const started = (before: number, quantity: number): number =>
    Math.ceil((before + quantity) / size) - Math.ceil(before / size)
  return {
    charge: (before, quantity) => priceBlocks(started(before, quantity)),
    billed: (before, quantity) => started(before, quantity) * size,
  }
}
