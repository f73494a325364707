/** Which usage the limit of a module watches: one rule for rating, and for showing what it added up. */
import type { RateOverride } from '../core/accounts/accounts.ts'
import type { PlanModule } from './catalogue.ts'

/**
 * Whether what was used of a call type at a rate counts for the limit of a module: it was one of the
 * module's own rates, or the account's own price for such a call type; without own rates all of the call
 * type does. So a ledger can tell it by rate.
 */
export function countsForModule(
  module: PlanModule | undefined,
  { callType, rateId }: { readonly callType: string; readonly rateId: string },
  overrides: readonly RateOverride[],
): boolean {
  if (module?.limit?.callTypes.includes(callType) !== true) return false
  const ofModule = module.rates.get(callType)
  if (ofModule === undefined || ofModule.some((one) => one.rateId === rateId)) return true
  return overrides.some((one) => one.callType === callType && one.rateId === rateId)
}
