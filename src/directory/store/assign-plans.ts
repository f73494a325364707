/**
 * Which plans an import gives to subscriptions of which it names none: those that they have, else the
 * default that their partner has now. That is fixed then (decision 0270): another default of tomorrow
 * is for new subscriptions, and an event that changes the plan finds what it changes.
 */
import type { Directory, PlanAssignment, Subscription } from '../../core/accounts/accounts.ts'
import { defaultPlans } from '../agreement.ts'
import type { DirectoryContent } from '../document/build-directory.ts'

/** The document's subscriptions, and those in the store whose partner now has its first default. */
export function assignPlans(before: Directory, content: DirectoryContent): Subscription[] {
  const { directory, planless } = content
  const known = new Map(before.subscriptions.map((one) => [one.subscriptionId, one]))
  const named = directory.subscriptions.map((one): Subscription => {
    const earlier = known.get(one.subscriptionId)
    if (planless?.has(one.subscriptionId) !== true || earlier?.product !== one.product) return one
    const kept = keptPlans(earlier, one)
    return kept.length === 0 ? one : { ...one, plans: kept }
  })
  const ids = new Set(named.map(({ subscriptionId }) => subscriptionId))
  const others = before.subscriptions
    .filter(({ plans, subscriptionId }) => plans.length === 0 && !ids.has(subscriptionId))
    .map((one) => ({ ...one, plans: defaultPlans(one, partnerOf(one, before, directory)) }))
  return [...named, ...others.filter(({ plans }) => plans.length > 0)]
}

function partnerOf({ accountId }: Subscription, before: Directory, after: Directory) {
  const account = after.accounts.get(accountId) ?? before.accounts.get(accountId)
  const partnerId = account?.partnerId ?? ''
  return after.partners.get(partnerId) ?? before.partners.get(partnerId)
}

/** What began with the activation or ended with the termination does so with the new one. */
function keptPlans(before: Subscription, now: Subscription): readonly PlanAssignment[] {
  return before.plans
    .map((plan) => ({
      ...plan,
      fromMs: plan.fromMs === before.activatedMs ? now.activatedMs : plan.fromMs,
      toMs: plan.toMs === before.terminatedMs ? now.terminatedMs : plan.toMs,
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs)
}
