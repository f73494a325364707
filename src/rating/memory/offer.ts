/**
 * What a subscription can do at a moment: a rate for each call type and the allowances that it
 * brings, merged from plan, modules and the account's own prices. Offers are shared by all
 * subscriptions with the same combination.
 */
import { allowanceAt } from '../../catalogue/allowance-at.ts'
import type { Allowance, Catalogue, Plan, PlanModule } from '../../catalogue/catalogue.ts'
import type { RatesByCallType } from '../../catalogue/catalogue.ts'
import { validAt, type Validity } from '../../core/time/validity.ts'
import { compileRates, type CompiledRates } from '../price/compiled-rate.ts'

export interface Offer {
  readonly planId: string
  readonly moduleIds: readonly string[]
  /** By call type index; the first that holds is the one, see `offeredAt`. */
  readonly rates: readonly (readonly OfferedRate[])[]
  /** Allowances of plan and modules; those of groups come on top. */
  readonly allowances: readonly OfferedAllowance[]
  /** Stretches at whose ends rates or allowances change; nearly always none. */
  readonly changes: readonly Validity[]
}

/** Undefined where the call type has no rate at the moment. */
export function offeredAt(
  { rates }: Offer,
  callTypeIndex: number,
  instantMs: number,
): OfferedRate | undefined {
  return validAt(rates[callTypeIndex] ?? NONE, instantMs)
}

const NONE: readonly never[] = []

export interface OfferedRate extends Validity {
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
    [...catalogue.rates.values()].map((rates) => [
      rates.rateId,
      compileRates(rates, catalogue.priceDecks),
    ]),
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

/** The account's own prices go before modules, the latest of them first, and those before the plan. */
function compileOffer(
  choice: OfferChoice,
  catalogue: Catalogue,
  book: Pick<OfferBook, 'ratesById' | 'allowancesById'>,
): Offer | undefined {
  const plan = catalogue.plans.get(choice.planId)
  if (plan === undefined) return undefined
  const modules = choice.moduleIds.flatMap((id) => catalogue.modules.get(id) ?? [])
  const offered = (rateId: string, source: string, { fromMs, toMs }: Validity): OfferedRate[] => {
    const rates = book.ratesById.get(rateId)
    return rates === undefined ? [] : [{ rates, source, fromMs, toMs }]
  }
  const given = (of: RatesByCallType, callType: string, source: string): OfferedRate[] =>
    (of.get(callType) ?? NONE).flatMap((each) => offered(each.rateId, source, each))
  const rates = catalogue.callTypes.map(({ id }) => [
    ...choice.overrides
      .filter(({ callType }) => callType === id)
      .flatMap(({ rateId }) => offered(rateId, 'account', FOR_EVER))
      .toReversed(),
    ...modules.toReversed().flatMap((each) => given(each.rates, id, `module ${each.moduleId}`)),
    ...given(plan.rates, id, `plan ${plan.planId}`),
  ])

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
    changes: [
      ...rates.flatMap((ofCallType) => ofCallType.filter((each) => !isForEver(each))),
      ...allowances.flatMap(({ versions, dates }) => [...changesOf(versions), ...(dates ?? [])]),
    ],
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
  return versions.filter((version) => !isForEver(version))
}

function isForEver({ fromMs, toMs }: Validity): boolean {
  return fromMs === -Infinity && toMs === Infinity
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
