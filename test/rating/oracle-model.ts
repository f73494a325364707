/** Cumulative models a second time, unit by unit over the whole period. */
import { Decimal } from 'decimal.js'
import type { CumulativeModel, PercentageModel, Tier } from '../../src/catalogue/catalogue.ts'
import { unreachable } from '../../src/core/failures/outcome.ts'
import type { PriceRounding } from '../../src/rating/model/compiled-model.ts'

const Exact = Decimal.clone({ precision: 60 })
const MODES = {
  'half-up': Decimal.ROUND_HALF_UP,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
} as const

/** What a period of `total` units costs when it is over, in micros as a decimal string. */
export function oracleTotal(
  model: CumulativeModel,
  rounding: PriceRounding,
  total: number,
): string {
  if (total === 0) return '0'
  const sum = sumOf(model, total)
  if (sum === undefined) return '0'
  const atLeast = Exact.max(sum, model.periodMinimum ?? 0)
  const bounded = Exact.min(atLeast, model.periodMaximum ?? Infinity)
  const rounded = bounded
    .toDecimalPlaces(40, Decimal.ROUND_HALF_UP)
    .toDecimalPlaces(rounding.decimals, MODES[rounding.mode])
  return rounded.times(1_000_000).toFixed(0)
}

/** Undefined where nothing is charged at all. */
function sumOf(model: CumulativeModel, total: number): Decimal | undefined {
  switch (model.type) {
    case 'graduated':
      return graduated(model.tiers, total)
    case 'volume':
      return volume(model.tiers, total)
    case 'package':
      return new Exact(model.price).times(Math.ceil(total / model.size))
    case 'percentage':
      return total > model.freeUnits ? percentage(model, total) : undefined
    default:
      return unreachable(model)
  }
}

function volume(tiers: readonly Tier[], total: number): Decimal | undefined {
  const tier = tiers.findLast(({ from }) => from <= total)
  if (tier === undefined) return undefined
  return new Exact(tier.price)
    .times(total)
    .div(tier.per)
    .plus(tier.fee ?? 0)
}

function percentage({ tiers, freeUnits }: PercentageModel, total: number): Decimal {
  let sum = new Exact(0)
  for (let unit = freeUnits; unit < total; unit += 1) {
    const tier = tiers.findLast(({ from }) => from <= unit)
    // A unit is a micro, and so is what it costs.
    sum = sum.plus(new Exact(tier?.percentHundredths ?? 0).div(10_000).div(1_000_000))
  }
  return sum
}

function graduated(tiers: readonly Tier[], total: number): Decimal {
  let sum = new Exact(0)
  for (let unit = 0; unit < total; unit += 1) {
    const tier = tiers.findLast(({ from }) => from <= unit)
    if (tier === undefined) continue
    sum = sum.plus(new Exact(tier.price).div(tier.per))
    if (tier.from === unit) sum = sum.plus(tier.fee ?? 0)
  }
  return sum
}
