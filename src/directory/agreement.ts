/**
 * Which plan and modules a subscription has at a moment: one answer for rating, billing, blocks and
 * `tik catalogue show`. A plan is always an assignment with dates. The partner's default is assigned
 * once, when a subscription that names no plan is imported (or when its partner first gets a default),
 * so that another default of tomorrow does not reach into yesterday (decision 0270).
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type {
  ModuleAssignment,
  Partner,
  PlanAssignment,
  Subscription,
  Validity,
} from '../core/accounts/accounts.ts'
import { holdsAt, overlap, validAt } from '../core/time/validity.ts'

export interface Agreement {
  /** Undefined while it has no plan that the catalogue has then. */
  readonly planId: string | undefined
  /** In the order in which the customer took them, whatever the catalogue's own dates cut off. */
  readonly moduleIds: readonly string[]
}

type Sources = Pick<Catalogue, 'plans' | 'modules'>

export function agreementAt(
  subscription: Subscription,
  instantMs: number,
  catalogue: Sources,
): Agreement {
  const modules = subscription.modules.filter((module) => {
    const source = catalogue.modules.get(module.moduleId)
    return holdsAt(module, instantMs) && (source === undefined || holdsAt(source, instantMs))
  })
  modules.sort(
    (left, right) => left.fromMs - right.fromMs || compare(left.moduleId, right.moduleId),
  )
  return {
    planId: validAt(plansOf(subscription, catalogue), instantMs)?.planId,
    moduleIds: modules.map(({ moduleId }) => moduleId),
  }
}

/** The subscription's plans while the catalogue has them. */
export function plansOf(
  { plans }: Pick<Subscription, 'plans'>,
  catalogue: Pick<Catalogue, 'plans'>,
): readonly PlanAssignment[] {
  return whileThere(plans, ({ planId }) => catalogue.plans.get(planId))
}

/** The subscription's modules while the catalogue has them. */
export function modulesOf(
  { modules }: Pick<Subscription, 'modules'>,
  catalogue: Pick<Catalogue, 'modules'>,
): readonly ModuleAssignment[] {
  return whileThere(modules, ({ moduleId }) => catalogue.modules.get(moduleId))
}

/** What a subscription that names no plan is assigned: its partner's default, from its activation on. */
export function defaultPlans(
  { product, activatedMs }: Pick<Subscription, 'product' | 'activatedMs'>,
  partner: Partner | undefined,
): readonly PlanAssignment[] {
  const planId = partner?.defaultPlans[product]
  return planId === undefined ? [] : [{ planId, fromMs: activatedMs, toMs: Infinity }]
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

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}
