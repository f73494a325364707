/**
 * What the agreement of a subscription means for rating: its offer at a moment, and the stretches of
 * time in which an allowance is its own to use or to contribute.
 */
import type { Account, Subscription, Validity } from '../../core/accounts/accounts.ts'
import { allValidAt, joined, overlap } from '../../core/time/validity.ts'
import type { Catalogue, Plan, PlanModule } from '../../catalogue/catalogue.ts'
import { agreementAt, modulesOf, plansOf } from '../../directory/agreement.ts'
import type { OfferChoice } from './offer.ts'

/** Plan, modules (latest activation last) and own prices at the instant; undefined without a plan. */
export function choiceAt(
  instantMs: number,
  of: { subscription: Subscription; account: Account },
  catalogue: Pick<Catalogue, 'plans' | 'modules'>,
): OfferChoice | undefined {
  const { planId, moduleIds } = agreementAt(of.subscription, instantMs, catalogue)
  if (planId === undefined) return undefined
  return { planId, moduleIds, overrides: allValidAt(of.account.rateOverrides, instantMs) }
}

/**
 * Stretches in which plan or modules grant the allowance and the catalogue has it, joined where they
 * touch, ascending.
 */
export function entitlements(
  allowanceId: string,
  of: { subscription: Subscription; catalogue: Catalogue },
): Validity[] {
  const { subscription, catalogue } = of
  const life = { fromMs: subscription.activatedMs, toMs: subscription.terminatedMs }
  const plans = plansOf(subscription, catalogue).flatMap((each) =>
    grantsWithin(each, catalogue.plans.get(each.planId), allowanceId),
  )
  const modules = modulesOf(subscription, catalogue).flatMap((each) =>
    grantsWithin(each, catalogue.modules.get(each.moduleId), allowanceId),
  )
  const granted = joined([...plans, ...modules].flatMap((each) => overlap(each, life) ?? []))
  const versions = catalogue.allowances.get(allowanceId)?.versions ?? []
  if (versions.length === 0) return granted
  const existing = joined(versions)
  return granted.flatMap((each) => existing.flatMap((version) => overlap(each, version) ?? []))
}

/** While the plan or module is held and brings the allowance. */
function grantsWithin(
  held: Validity,
  source: Plan | PlanModule | undefined,
  allowanceId: string,
): readonly Validity[] {
  if (source?.allowanceIds.includes(allowanceId) !== true) return []
  const dates = source.allowanceDates.get(allowanceId)
  return dates === undefined ? [held] : dates.flatMap((each) => overlap(each, held) ?? [])
}
