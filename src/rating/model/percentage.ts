/**
 * `percentage`: a share of an amount (content that a third party sold), after free units, with a
 * minimum and a maximum for each transaction. The quantity of such a usage is the amount in micros.
 */
import type { CumulativePrice, Rounding } from './compiled-model.ts'
import { compilePrices } from '../price/price-table.ts'
import { chargeOfCounts, clearCounts, walkSteps } from '../price/walk-steps.ts'
import { ZERO_MICROS } from '../../core/money.ts'

const HUNDREDTHS_PER_WHOLE = 10_000
const MICROS_PER_UNIT = 1_000_000

export function compilePercentage(
  model: {
    percentHundredths: number
    freeUnits: number
    minimum: string | undefined
    maximum: string | undefined
  },
  rounding: Rounding,
): CumulativePrice {
  // One micro of the amount costs percent/10,000 micros: percent EUR per 10,000 EUR.
  const step = {
    from: 0,
    price: String(model.percentHundredths),
    per: HUNDREDTHS_PER_WHOLE * MICROS_PER_UNIT,
    increment: 1,
  }
  const prices = {
    connectFee: '0',
    steps: [step],
    minimum: model.minimum,
    maximum: model.maximum,
  }
  const { scale, tables } = compilePrices(prices, [prices], rounding)
  const chargeable = (before: number, quantity: number): number =>
    Math.max(0, quantity - Math.max(0, model.freeUnits - before))
  return {
    charge(before, quantity) {
      const units = chargeable(before, quantity)
      if (units === 0) return ZERO_MICROS
      clearCounts(tables)
      for (const table of tables) walkSteps(table, 0, units, Infinity)
      return chargeOfCounts(scale, tables, undefined, true)
    },
    billed: chargeable,
  }
}
