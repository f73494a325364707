/** Where a deck sells calls for less than another one says that they cost us. */
import { Decimal } from 'decimal.js'
import { termsForCode } from '../deck/terms-for-code.ts'
import type { DeckCodes } from '../deck/merge-list.ts'

export interface BelowCost {
  /** The longest code of either deck: all of its numbers are sold so. */
  readonly code: string
  readonly destination: string
  readonly price: string
  /** In EUR. */
  readonly cost: string
}

/**
 * On the day, of which `euros` are what one of the currency of costs is worth, by the longest code of each deck, as rating finds them. Prices by the minute are compared:
 * fees, increments and time bands are not. In the order of the codes.
 */
export function belowCost(
  prices: DeckCodes,
  costs: DeckCodes,
  { day, euros }: { readonly day: number; readonly euros: string },
): BelowCost[] {
  const codes = [...new Set([...prices.keys(), ...costs.keys()])].toSorted()
  return codes.flatMap((code) => {
    const sold = termsForCode(prices, code, day)
    const bought = termsForCode(costs, code, day)
    if (sold === undefined || bought === undefined) return []
    if (sold.price === '' || bought.price === '') return []
    const cost = new Decimal(bought.price).times(euros)
    if (!cost.greaterThan(sold.price)) return []
    return [{ code, destination: sold.destination, price: sold.price, cost: cost.toFixed() }]
  })
}
