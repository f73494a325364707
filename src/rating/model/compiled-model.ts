/**
 * Month-cumulative prices: what a usage costs depends on what the same subscription or account has
 * used out of bundle before it in the period. One file per model; this is the choice between them.
 */
import type { CumulativeModel, CumulativeScope } from '../../catalogue/catalogue.ts'
import type { Micros, RoundingMode } from '../../core/money/money.ts'
import { unreachable } from '../../core/failures/outcome.ts'
import { compileGraduated } from './graduated.ts'
import { compilePackage } from './package.ts'
import { compilePercentage } from './percentage.ts'
import { compileVolume } from './volume.ts'

export interface PriceRounding {
  readonly decimals: number
  readonly mode: RoundingMode
}

/**
 * `before` and `quantity` are units out of bundle: before this usage in the period, and of it;
 * `usagesBefore` counts the usages of the period, also those of which nothing was out of bundle.
 */
export interface CumulativePrice {
  charge(before: number, quantity: number, usagesBefore: number): Micros
  /** Units that the usage is billed for: its own, or the blocks that it starts. */
  billed(before: number, quantity: number, usagesBefore: number): number
  /**
   * What `quantity` units of the period's `total` cost when it closes, where that differs from the
   * sum of the charges.
   */
  settled?(total: number, quantity: number): Micros
  /** The price of the total has a part that is due once a period, so `quantity` goes on over versions. */
  readonly settlesOnce?: boolean
}

export interface CompiledModel extends CumulativePrice {
  readonly type: CumulativeModel['type']
  readonly scope: CumulativeScope
}

export function compileModel(model: CumulativeModel, rounding: PriceRounding): CompiledModel {
  return { type: model.type, scope: model.scope, ...compilePrice(model, rounding) }
}

function compilePrice(model: CumulativeModel, rounding: PriceRounding): CumulativePrice {
  switch (model.type) {
    case 'graduated':
      return compileGraduated(model, rounding)
    case 'volume':
      return compileVolume(model, rounding)
    case 'package':
      return compilePackage(model, rounding)
    case 'percentage':
      return compilePercentage(model, rounding)
    default:
      return unreachable(model)
  }
}
