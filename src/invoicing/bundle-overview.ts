/**
 * The bundles of an account in one period: used of included, for each group as a whole, and for
 * each subscription what it used of its own or of what it puts into the pool (which may be more).
 */
import type { Allowance, Catalogue } from '../catalogue/catalogue.ts'
import type { Group, Language, Partner, Subscription, Validity } from '../core/accounts.ts'
import { splitKey } from '../core/ids.ts'
import type { BillingCalendar, BillingPeriod } from '../core/period.ts'
import { amountAt, ownAmount, pooledAmounts } from '../rating/allowance/allowance-amount.ts'
import { entitlements, overlap } from '../rating/entitlement.ts'
import type { AllowanceTake } from './invoice-ledger.ts'
import type { BundleUse } from './invoice-model.ts'

export interface BundleRequest {
  readonly partner: Partner
  readonly subscriptions: readonly Subscription[]
  /** Of the account. */
  readonly groups: readonly Group[]
  readonly catalogue: Catalogue
  readonly calendar: BillingCalendar
  readonly period: BillingPeriod
  readonly language: Language
  readonly takes: readonly AllowanceTake[]
}

/** Groups first, then subscriptions in the order of the directory. */
export function bundleOverview(request: BundleRequest): BundleUse[] {
  const used = usedByScope(request.takes)
  const allowances = [...request.catalogue.allowances.values()]
  return [
    ...request.groups.flatMap((group) =>
      allowances.flatMap((allowance) => groupBundle(group, allowance, request, used)),
    ),
    ...request.subscriptions.flatMap((subscription) =>
      allowances.flatMap((allowance) => ownBundle(subscription, allowance, request, used)),
    ),
  ]
}

interface Used {
  /** Sum by `allowanceId|scopeId`, and by `allowanceId|scopeId|subscriptionId`. */
  readonly quantities: ReadonlyMap<string, number>
  /** Instances by `allowanceId|scopeId`: days of a day pass. */
  readonly instances: ReadonlyMap<string, ReadonlySet<string>>
}

function usedByScope(takes: readonly AllowanceTake[]): Used {
  const quantities = new Map<string, number>()
  const instances = new Map<string, Set<string>>()
  for (const take of takes) {
    const [allowanceId = '', scopeId = ''] = splitKey(take.key)
    const scope = `${allowanceId}|${scopeId}`
    for (const key of [scope, `${scope}|${take.subscriptionId}`]) {
      quantities.set(key, (quantities.get(key) ?? 0) + take.quantity)
    }
    instances.set(scope, (instances.get(scope) ?? new Set()).add(take.key))
  }
  return { quantities, instances }
}

function groupBundle(
  group: Group,
  allowance: Allowance,
  request: BundleRequest,
  used: Used,
): BundleUse[] {
  const { period, calendar } = request
  const { allowanceId, scope } = allowance
  if (scope === 'own') return []
  if (scope === 'group-fixed' && !group.allowanceIds.includes(allowanceId)) return []
  const contributions =
    scope === 'group-pooled'
      ? request.subscriptions.flatMap((each) => contributionsOf(each, group, allowance, request))
      : []
  if (scope === 'group-pooled' && contributions.length === 0) return []
  const included =
    scope === 'group-fixed'
      ? allowance.amount
      : amountAt(pooledAmounts(allowance, period, contributions, calendar), period.endMs - 1)
  const base = { scope: 'group', scopeId: group.groupId, poolGroupId: '' } as const
  const quantity = used.quantities.get(`${allowanceId}|${group.groupId}`) ?? 0
  return [bundleUse(allowance, request, { ...base, label: group.name, included, used: quantity })]
}

function ownBundle(
  subscription: Subscription,
  allowance: Allowance,
  request: BundleRequest,
  used: Used,
): BundleUse[] {
  const { subscriptionId, label } = subscription
  const { allowanceId } = allowance
  const base = { scope: 'subscription', scopeId: subscriptionId, label } as const
  if (allowance.scope === 'group-fixed') return []
  if (allowance.scope === 'group-pooled') {
    return request.groups.flatMap((group) => {
      const contributions = contributionsOf(subscription, group, allowance, request)
      if (contributions.length === 0) return []
      const amounts = pooledAmounts(allowance, request.period, contributions, request.calendar)
      const included = amountAt(amounts, request.period.endMs - 1)
      const key = `${allowanceId}|${group.groupId}|${subscriptionId}`
      const poolGroupId = group.groupId
      const quantity = used.quantities.get(key) ?? 0
      return [bundleUse(allowance, request, { ...base, poolGroupId, included, used: quantity })]
    })
  }
  const scope = `${allowanceId}|${subscriptionId}`
  const held = heldInPeriod(subscription, allowance, request)
  const [first] = held
  const quantity = used.quantities.get(scope) ?? 0
  if (first === undefined && quantity === 0) return []
  if (allowance.period !== 'billing-period' && quantity === 0) return [] // A pass nobody used.
  const instancesCount = Math.max(1, used.instances.get(scope)?.size ?? 1)
  const included =
    allowance.period === 'billing-period'
      ? ownAmount(allowance, request.period, first?.fromMs ?? 0, request.calendar)
      : allowance.amount * instancesCount
  return [bundleUse(allowance, request, { ...base, poolGroupId: '', included, used: quantity })]
}

function bundleUse(
  allowance: Allowance,
  request: BundleRequest,
  use: Pick<BundleUse, 'scope' | 'scopeId' | 'poolGroupId' | 'label' | 'used'> & {
    included: number
  },
): BundleUse {
  return {
    ...use,
    allowanceId: allowance.allowanceId,
    name: allowance.names[request.language],
    unit: allowance.unit,
    included: use.included === Infinity ? undefined : use.included,
  }
}

function heldInPeriod(
  subscription: Subscription,
  allowance: Allowance,
  request: BundleRequest,
): Validity[] {
  const { partner, catalogue, period } = request
  const within = { fromMs: period.startMs, toMs: period.endMs }
  return entitlements(allowance.allowanceId, { subscription, partner, catalogue }).filter(
    (held) => overlap(held, within) !== undefined,
  )
}

/** When the subscription was in the group and had the allowance to put into the pool. */
function contributionsOf(
  subscription: Subscription,
  group: Group,
  allowance: Allowance,
  request: BundleRequest,
): Validity[] {
  const memberships = subscription.groups.filter((each) => each.groupId === group.groupId)
  if (memberships.length === 0) return []
  return heldInPeriod(subscription, allowance, request).flatMap((held) =>
    memberships.flatMap((membership) => {
      const part = overlap(held, membership)
      if (part === undefined) return []
      const { startMs, endMs } = request.period
      return overlap(part, { fromMs: startMs, toMs: endMs }) === undefined ? [] : [part]
    }),
  )
}
