/**
 * What the limits of an account add up, from the totals of its period: the same sums that rating
 * keeps in memory, for showing them and for a limit that is lowered below what is used.
 */
import { countsForModule } from '../catalogue/counts-for-module.ts'
import type { Catalogue, CallType } from '../catalogue/catalogue.ts'
import type { Directory, LimitCode, Subscription } from '../core/accounts/accounts.ts'
import { subscriptionsOf } from '../core/accounts/of-account.ts'
import type { Product } from '../core/usage/usage.ts'
import { MODULE_LIMIT, watchedSums } from '../limits/limit-kinds.ts'
import type { UsageTotal } from '../rating/rater.ts'

export interface LimitUse {
  readonly code: LimitCode
  /** The account, or a subscription of it. */
  readonly scopeKind: 'account' | 'subscription'
  readonly scopeId: string
  readonly subject: string
  readonly product: Product
  /** Micros, seconds, bytes or messages. */
  sum: number
}

/** Uses of one period by `code|scopeId|subject`; what was not used is not there. */
export function limitUses(
  usage: readonly UsageTotal[],
  context: { directory: Directory; catalogue: Catalogue; accountId: string },
): Map<string, LimitUse> {
  const { directory, catalogue, accountId } = context
  const subscriptions = new Map(
    subscriptionsOf(directory, accountId).map((one) => [one.subscriptionId, one]),
  )
  const uses = new Map<string, LimitUse>()
  for (const total of usage) {
    const subscription = subscriptions.get(total.subscriptionId)
    const callType = catalogue.callTypes[catalogue.callTypeIndexById.get(total.callType) ?? -1]
    if (subscription === undefined || callType === undefined) continue
    const watches = [
      ...watchesOf(subscription, callType, total),
      ...moduleWatches(subscription, total, context),
    ]
    for (const watch of watches) {
      const key = `${watch.code}|${watch.scopeId}|${watch.subject}`
      const use = uses.get(key)
      if (use === undefined) uses.set(key, { ...watch, product: subscription.product })
      else use.sum += watch.sum
    }
  }
  return uses
}

type Watch = Omit<LimitUse, 'product'>

function watchesOf(
  { subscriptionId, accountId, product }: Subscription,
  callType: CallType,
  { chargeMicros, informationChargeMicros, quantity }: UsageTotal,
): Watch[] {
  return watchedSums(product, callType).flatMap(({ code, subject, scope: scopeKind, adds }) => {
    if (scopeKind === 'group') return []
    const scopeId = scopeKind === 'account' ? accountId : subscriptionId
    const sum = adds === 'charges' ? chargeMicros + informationChargeMicros : quantity
    return [{ code, subject, scopeKind, scopeId, sum }]
  })
}

function moduleWatches(
  { subscriptionId, modules, accountId }: Subscription,
  total: UsageTotal,
  { catalogue, directory }: { catalogue: Catalogue; directory: Directory },
): Watch[] {
  const overrides = directory.accounts.get(accountId)?.rateOverrides ?? []
  const moduleIds = new Set(modules.map(({ moduleId }) => moduleId))
  return [...moduleIds].flatMap((moduleId): Watch[] => {
    if (!countsForModule(catalogue.modules.get(moduleId), total, overrides)) return []
    const own = { scopeKind: 'subscription', scopeId: subscriptionId } as const
    return [{ code: MODULE_LIMIT, ...own, subject: moduleId, sum: total.quantity }]
  })
}
