/** What a `volume` rate still owes, or gives back, when its period closes. */
import type { Micros } from '../../core/money.ts'
import { micros, ZERO_MICROS } from '../../core/money.ts'
import type { Rate } from '../../catalogue/catalogue.ts'
import { compileModel } from './compiled-model.ts'

/**
 * The difference between the price of the period's total and what its rows charged, in micros; 0
 * for every other model. Adding it makes the period's sum right, so a second call gives 0.
 */
export function periodEndAdjustment(
  rate: Rate,
  total: { outOfBundleQuantity: number; chargeMicros: number },
): Micros {
  if (rate.model?.type !== 'volume') return ZERO_MICROS
  const model = compileModel(rate.model, { decimals: rate.decimals, mode: rate.rounding })
  if (model.settled === undefined) return ZERO_MICROS
  return micros(model.settled(total.outOfBundleQuantity) - total.chargeMicros)
}
