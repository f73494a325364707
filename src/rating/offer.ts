/**
 * What a subscription can do at a moment: a rate for each call type and the allowances that it
 * brings, merged from plan, modules and the account's own prices. Offers are shared by all
 * subscriptions with the same combination.
 */
import type { Allowance, Catalogue } from '../catalogue/catalogue.ts'
import { compileRates, type CompiledRates } from './price/compiled-rate.ts'

export interface Offer {
  readonly planId: string
  readonly moduleIds: readonly string[]
  /** By call type index; undefined = the call type has no rate. */
  readonly rates: readonly (OfferedRate | undefined)[]
  /** Allowances of plan and modules; those of groups come on top. */
  readonly allowances: readonly CompiledAllowance[]
}

export interface OfferedRate {
  readonly rates: CompiledRates
  /** Where it comes from, for explanations: 'account', 'module X' or 'plan X'. */
  readonly source: string
}

export interface CompiledAllowance {
  readonly allowance: Allowance
  /** By call type index: 1 = covered. */
  readonly covers: Uint8Array
}

export interface OfferBook {
  readonly ratesById: ReadonlyMap<string, CompiledRates>
  readonly allowancesById: ReadonlyMap<string, CompiledAllowance>
  /** `overrides`: call type → rate id of the account. Undefined when the plan does not exist. */
  offerFor(choice: OfferChoice): Offer | undefined
}

export interface OfferChoice {
  readonly planId: string
  /** The latest activation last: it wins where two modules price one call type. */
  readonly moduleIds: readonly string[]
  readonly overrides: readonly { readonly callType: string; readonly rateId: string }[]
}

export function createOfferBook(catalogue: Catalogue): OfferBook {
  const ratesById = new Map(
    [...catalogue.rates.values()].map((rates) => [rates.rateId, compileRates(rates)]),
  )
  const allowancesById = new Map(
    [...catalogue.allowances.values()].map((allowance) => [
      allowance.allowanceId,
      compileAllowance(allowance, catalogue),
    ]),
  )
  const offers = new Map<string, Offer | undefined>()
  return {
    ratesById,
    allowancesById,
    offerFor(choice) {
      const overrides = choice.overrides.map((each) => `${each.callType}=${each.rateId}`)
      const key = [choice.planId, choice.moduleIds.join(','), overrides.join(',')].join('|')
      if (!offers.has(key)) {
        offers.set(key, compileOffer(choice, catalogue, { ratesById, allowancesById }))
      }
      return offers.get(key)
    },
  }
}

/** Later sources beat earlier ones: plan, then modules, then the account's own prices. */
function compileOffer(
  choice: OfferChoice,
  catalogue: Catalogue,
  book: Pick<OfferBook, 'ratesById' | 'allowancesById'>,
): Offer | undefined {
  const plan = catalogue.plans.get(choice.planId)
  if (plan === undefined) return undefined
  const rates: (OfferedRate | undefined)[] = catalogue.callTypes.map(() => undefined)
  const offer = (callType: string, rateId: string, source: string): void => {
    const index = catalogue.callTypeIndexById.get(callType)
    const compiled = book.ratesById.get(rateId)
    if (index !== undefined && compiled !== undefined) rates[index] = { rates: compiled, source }
  }
  const modules = choice.moduleIds.flatMap((id) => catalogue.modules.get(id) ?? [])
  for (const [callType, { rateId }] of plan.rates) offer(callType, rateId, `plan ${plan.planId}`)
  for (const module of modules) {
    for (const [callType, rateId] of module.rates) {
      offer(callType, rateId, `module ${module.moduleId}`)
    }
  }
  for (const { callType, rateId } of choice.overrides) offer(callType, rateId, 'account')

  const allowanceIds = new Set([plan, ...modules].flatMap((source) => source.allowanceIds))
  return {
    planId: choice.planId,
    moduleIds: choice.moduleIds,
    rates,
    allowances: [...allowanceIds].flatMap((id) => book.allowancesById.get(id) ?? []),
  }
}

function compileAllowance(allowance: Allowance, catalogue: Catalogue): CompiledAllowance {
  const covers = new Uint8Array(catalogue.callTypes.length)
  for (const callType of allowance.callTypes) {
    const index = catalogue.callTypeIndexById.get(callType)
    if (index !== undefined) covers[index] = 1
  }
  return { allowance, covers }
}
