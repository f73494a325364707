/**
 * What a subscription can do at a moment: a rate for each call type and the allowances that it
 * brings, merged from plan, modules and the account's own prices. Offers are shared by all
 * subscriptions with the same combination.
 */
import { allowanceAt } from '../catalogue/allowance-at.ts'
import type { Allowance, Catalogue, Plan, PlanModule } from '../catalogue/catalogue.ts'
import type { Validity } from '../core/accounts.ts'
import { compileRates, type CompiledRates } from './price/compiled-rate.ts'

export interface Offer {
  readonly planId: string
  readonly moduleIds: readonly string[]
  /** By call type index; undefined = the call type has no rate. */
  readonly rates: readonly (OfferedRate | undefined)[]
  /** Allowances of plan and modules; those of groups come on top. */
  readonly allowances: readonly OfferedAllowance[]
  /** Stretches at whose ends the allowances change; nearly always none. */
  readonly changes: readonly Validity[]
}

export interface OfferedRate {
  readonly rates: CompiledRates
  /** Where it comes from, for explanations: 'account', 'module X' or 'plan X'. */
  readonly source: string
}

export interface OfferedAllowance {
  readonly versions: readonly CompiledAllowance[]
  /** When plan or modules bring it; undefined = always. */
  readonly dates: readonly Validity[] | undefined
}

/** One version of an allowance, with the terms that hold then. */
export interface CompiledAllowance extends Validity {
  readonly allowance: Allowance
  /** Position among the versions. */
  readonly version: number
  /** By call type index: 1 = covered. */
  readonly covers: Uint8Array
}

export interface OfferBook {
  readonly ratesById: ReadonlyMap<string, CompiledRates>
  /** Each with its versions, ascending. */
  readonly allowancesById: ReadonlyMap<string, readonly CompiledAllowance[]>
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
      compileVersions(allowance, catalogue),
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

  const sources = [plan, ...modules]
  const allowanceIds = new Set(sources.flatMap((source) => source.allowanceIds))
  const allowances = [...allowanceIds].flatMap((id): OfferedAllowance[] => {
    const versions = book.allowancesById.get(id)
    return versions === undefined ? [] : [{ versions, dates: datesOf(id, sources) }]
  })
  return {
    planId: choice.planId,
    moduleIds: choice.moduleIds,
    rates,
    allowances,
    changes: allowances.flatMap(({ versions, dates }) => [
      ...changesOf(versions),
      ...(dates ?? []),
    ]),
  }
}

/** Undefined where one of the sources brings it always. */
function datesOf(
  allowanceId: string,
  sources: readonly (Plan | PlanModule)[],
): readonly Validity[] | undefined {
  const dates: Validity[] = []
  for (const { allowanceIds, allowanceDates } of sources) {
    if (!allowanceIds.includes(allowanceId)) continue
    const ofSource = allowanceDates.get(allowanceId)
    if (ofSource === undefined) return undefined
    dates.push(...ofSource)
  }
  return dates
}

/** The stretches of versions that are not for ever. */
export function changesOf(versions: readonly CompiledAllowance[]): readonly Validity[] {
  return versions.filter(({ fromMs, toMs }) => fromMs !== -Infinity || toMs !== Infinity)
}

const FOR_EVER: Validity = { fromMs: -Infinity, toMs: Infinity }

function compileVersions(allowance: Allowance, catalogue: Catalogue): CompiledAllowance[] {
  const stretches = allowance.versions.length === 0 ? [FOR_EVER] : allowance.versions
  return stretches.flatMap(({ fromMs, toMs }, version) => {
    const then = allowanceAt(allowance, fromMs)
    return then === undefined
      ? []
      : [{ ...compileAllowance(then, catalogue), fromMs, toMs, version }]
  })
}

function compileAllowance(
  allowance: Allowance,
  catalogue: Catalogue,
): Pick<CompiledAllowance, 'allowance' | 'covers'> {
  const covers = new Uint8Array(catalogue.callTypes.length)
  for (const callType of allowance.callTypes) {
    const index = catalogue.callTypeIndexById.get(callType)
    if (index !== undefined) covers[index] = 1
  }
  return { allowance, covers }
}
