/**
 * When a subscription has what: its plan, its modules, its groups, and from these the stretches of
 * time in which an allowance is its own to use or to contribute.
 */
import type { Account, ModuleAssignment, Partner } from '../core/accounts.ts'
import type { PlanAssignment, Subscription, Validity } from '../core/accounts.ts'
import { allValidAt, holdsAt, joined, overlap, validAt } from '../core/validity.ts'
import type { Catalogue, Plan, PlanModule } from '../catalogue/catalogue.ts'
import type { OfferChoice } from './offer.ts'

/** The subscription's plans; the partner's default where it names none. While the catalogue has them. */
export function plansOf(
  subscription: Subscription,
  partner: Partner | undefined,
  { plans }: Pick<Catalogue, 'plans'>,
): readonly PlanAssignment[] {
  return whileThere(assignedPlans(subscription, partner), ({ planId }) => plans.get(planId))
}

/** The subscription's modules while the catalogue has them. */
export function modulesOf(
  subscription: Subscription,
  { modules }: Pick<Catalogue, 'modules'>,
): readonly ModuleAssignment[] {
  return whileThere(subscription.modules, ({ moduleId }) => modules.get(moduleId))
}

function assignedPlans(
  subscription: Subscription,
  partner: Partner | undefined,
): readonly PlanAssignment[] {
  if (subscription.plans.length > 0) return subscription.plans
  const planId = partner?.defaultPlans[subscription.product]
  if (planId === undefined) return []
  return [{ planId, fromMs: subscription.activatedMs, toMs: subscription.terminatedMs }]
}

/** What the catalogue does not know at all is left to whoever looks it up. */
function whileThere<T extends Validity>(
  assignments: readonly T[],
  sourceOf: (assignment: T) => Validity | undefined,
): readonly T[] {
  const isForEver = (assignment: T): boolean => {
    const source = sourceOf(assignment)
    return source === undefined || (source.fromMs === -Infinity && source.toMs === Infinity)
  }
  if (assignments.every(isForEver)) return assignments
  return assignments.flatMap((assignment) => {
    const source = sourceOf(assignment)
    if (source === undefined) return [assignment]
    const held = overlap(assignment, source)
    return held === undefined ? [] : [{ ...assignment, ...held }]
  })
}

/** Plan, modules (latest activation last) and own prices at the instant; undefined without a plan. */
export function choiceAt(
  instantMs: number,
  of: { subscription: Subscription; account: Account; partner: Partner | undefined },
  catalogue: Pick<Catalogue, 'plans' | 'modules'>,
): OfferChoice | undefined {
  const plan = validAt(plansOf(of.subscription, of.partner, catalogue), instantMs)
  if (plan === undefined) return undefined
  // In the order in which the customer took them, whatever the catalogue's own dates cut off.
  const modules = of.subscription.modules.filter((module) => {
    const source = catalogue.modules.get(module.moduleId)
    return holdsAt(module, instantMs) && (source === undefined || holdsAt(source, instantMs))
  })
  modules.sort(
    (left, right) => left.fromMs - right.fromMs || compare(left.moduleId, right.moduleId),
  )
  return {
    planId: plan.planId,
    moduleIds: modules.map((module) => module.moduleId),
    overrides: allValidAt(of.account.rateOverrides, instantMs),
  }
}

/**
 * Stretches in which plan or modules grant the allowance and the catalogue has it, joined where they
 * touch, ascending.
 */
export function entitlements(
  allowanceId: string,
  of: { subscription: Subscription; partner: Partner | undefined; catalogue: Catalogue },
): Validity[] {
  const { subscription, partner, catalogue } = of
  const life = { fromMs: subscription.activatedMs, toMs: subscription.terminatedMs }
  const plans = plansOf(subscription, partner, catalogue).flatMap((each) =>
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

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}
