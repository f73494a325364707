/**
 * `percentage`: a share of an amount (content that a third party sold), by tiers of what the
 * period's amounts add up to, after free amounts and free transactions, with a fixed amount, a
 * minimum and a maximum for each transaction, or bounds of the period. The quantity of such a usage
 * is the amount in micros.
 */
import type { PercentageModel, PeriodBounds } from '../../catalogue/catalogue.ts'
import { micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { compilePrices } from '../price/price-table.ts'
import { chargeOfCounts, clearCounts, walkSteps } from '../price/walk-steps.ts'
import type { CumulativePrice, PriceRounding } from './compiled-model.ts'

const HUNDREDTHS_PER_WHOLE = 10_000
const MICROS_PER_UNIT = 1_000_000

export function compilePercentage(
  model: PercentageModel & PeriodBounds,
  rounding: PriceRounding,
): CumulativePrice {
  const { freeUnits, freeTransactions, periodMinimum, periodMaximum } = model
  const isOfPeriod = periodMinimum !== undefined || periodMaximum !== undefined
  const priceStretch = compileStretch(model, rounding)
  const chargeable = (before: number, quantity: number): number =>
    Math.max(0, quantity - Math.max(0, freeUnits - before))
  const priceTotal = (total: number): Micros => priceStretch(freeUnits, total - freeUnits)
  return {
    charge(before, quantity, usagesBefore) {
      const after = before + quantity
      if (isOfPeriod) return micros(priceTotal(after) - priceTotal(before))
      if (usagesBefore < freeTransactions) return ZERO_MICROS
      return priceStretch(Math.max(before, freeUnits), chargeable(before, quantity))
    },
    billed: (before, quantity, usagesBefore) =>
      usagesBefore < freeTransactions ? 0 : chargeable(before, quantity),
  }
}

/**
 * Prices `amount` micros of which `position` came before them in the period: one transaction with
 * its fixed amount and bounds, or with the period's bounds the whole period.
 */
function compileStretch(
  model: PercentageModel & PeriodBounds,
  rounding: PriceRounding,
): (position: number, amount: number) => Micros {
  // One micro of the amount costs percent/10,000 micros: percent EUR per 10,000 EUR.
  const steps = model.tiers.map(({ from, percentHundredths }) => ({
    from,
    price: String(percentHundredths),
    per: HUNDREDTHS_PER_WHOLE * MICROS_PER_UNIT,
    increment: 1,
  }))
  const prices = {
    connectFee: model.fixed,
    steps,
    minimum: model.periodMinimum ?? model.minimum,
    maximum: model.periodMaximum ?? model.maximum,
  }
  const { scale, tables } = compilePrices(prices, [prices], rounding)
  const [table] = tables
  return (position, amount) => {
    if (amount <= 0) return ZERO_MICROS
    clearCounts(tables)
    walkSteps(table!, position, amount, Infinity)
    return chargeOfCounts(scale, tables, table, true)
  }
}
