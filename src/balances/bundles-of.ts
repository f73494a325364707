/**
 * The bundles of a subscription and of a group at a moment, with what is used of them. Amounts come
 * from the same functions as in rating: proration, pools that members join and leave.
 */
import { keptAmount } from '../rating/allowance/carried-amount.ts'
import { allowanceAt } from '../catalogue/allowance-at.ts'
import type { Allowance, Catalogue } from '../catalogue/catalogue.ts'
import type { Group, Subscription } from '../core/accounts/accounts.ts'
import { allowanceInstanceKey, type ScopeKind } from '../core/usage/ids.ts'
import type { BillingCalendar, BillingPeriod } from '../core/time/period.ts'
import {
  amountAt,
  ownAmounts,
  pooledAmounts,
  type AllowanceWindow,
} from '../rating/allowance/allowance-amount.ts'
import { lifetimeWindow } from '../rating/allowance/allowances-at.ts'
import { holdsAt, overlap } from '../core/time/validity.ts'
import { entitlements } from '../rating/memory/entitlement.ts'
import type { UsageTotal } from '../rating/rater.ts'
import { settledTakeKey, type ScopeSources } from '../rating/restore/settle-scope.ts'
import { bundleBalance, isExhausted, type BundleBalance } from './bundle-balance.ts'

export interface BundleSources {
  readonly catalogue: Catalogue
  readonly calendar: BillingCalendar
  readonly period: BillingPeriod
  readonly atMs: number
  readonly subscriptions: readonly Subscription[]
  readonly groups: readonly Group[]
  membersOf(groupId: string): readonly Subscription[]
  /** Usage of the period by subscription. */
  readonly usageOf: ReadonlyMap<string, readonly UsageTotal[]>
  /** Quantity taken by allowance instance key; of this build: see `settledTakes`. */
  readonly takes: ReadonlyMap<string, number>
  /** Of these what usages of the instance's own period took. */
  readonly ownTakes: ReadonlyMap<string, number>
}

/** The takes of the ledger, those of earlier builds under the key that this one gives them. */
export function settledTakes<Take extends { readonly key: string }>(
  takes: readonly Take[],
  sources: ScopeSources,
): Take[] {
  return takes.map((take) => ({ ...take, key: settledTakeKey(take.key, sources) }))
}

export function sumsByKey(
  takes: readonly { readonly key: string; readonly quantity: number }[],
): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { key, quantity } of takes) sums.set(key, (sums.get(key) ?? 0) + quantity)
  return sums
}

/** Own bundles, and the own share of a pool: yellow when it is exceeded but the pool is not. */
export function ownBundles(subscription: Subscription, sources: BundleSources): BundleBalance[] {
  return grantedAllowances(subscription, sources).map((allowance) => {
    const groupId = allowance.scope === 'group-pooled' ? groupAt(subscription, sources) : undefined
    if (groupId !== undefined) return poolShare(allowance, groupId, subscription, sources)
    return bundleBalance(allowance, ownState(allowance, subscription, sources))
  })
}

/** What the group has as a whole: fixed amounts, and the pools of its members. */
export function groupBundles(group: Group, sources: BundleSources): BundleBalance[] {
  const members = sources.membersOf(group.groupId)
  const pooled = new Map(
    members.flatMap((member) =>
      grantedAllowances(member, sources)
        .filter(({ scope }) => scope === 'group-pooled')
        .map((allowance) => [allowance.allowanceId, allowance]),
    ),
  )
  return [...pooled.values(), ...fixedAllowances(group, sources)].map((allowance) =>
    bundleBalance(allowance, groupState(allowance, group.groupId, sources)),
  )
}

interface BundleState {
  readonly used: number
  readonly amount: number
}

function ownState(
  allowance: Allowance,
  subscription: Subscription,
  sources: BundleSources,
): BundleState {
  const { calendar, period, atMs } = sources
  const granted = entitlements(allowance.allowanceId, { ...sources, subscription }).find((each) =>
    allowance.period === 'lifetime'
      ? holdsAt(each, atMs)
      : overlap(each, { fromMs: period.startMs, toMs: period.endMs }),
  )
  let window: AllowanceWindow = period
  if (allowance.period === 'day') {
    const { day, startMs, endMs } = calendar.dayAt(atMs)
    window = { startDay: day, endDay: day + 1, startMs, endMs }
  } else if (allowance.period === 'lifetime') {
    window = lifetimeWindow(allowance, granted, calendar)
  }
  const fromMs = granted?.fromMs ?? window.startMs
  const amount = amountAt(ownAmounts(allowance, window, fromMs, calendar), atMs)
  const carried = carriedOver(allowance, subscription, fromMs, sources)
  return {
    used:
      takenOf(allowance, scopeOf(subscription), window.startDay, sources) +
      beyond(allowance, subscription, sources),
    amount: amount + carried,
  }
}

/** What earlier periods left and this one may still use or has used. */
function carriedOver(
  allowance: Allowance,
  subscription: Subscription,
  grantedFromMs: number,
  sources: BundleSources,
): number {
  if (allowance.period !== 'billing-period' || allowance.amount === Infinity) return 0
  let { period } = sources
  let carried = 0
  for (let count = 0; count < allowance.rolloverPeriods; count++) {
    period = sources.calendar.periodAt(period.startMs - 1)
    if (grantedFromMs >= period.endMs) break
    const amounts = ownAmounts(allowance, period, grantedFromMs, sources.calendar)
    const amount = amountAt(amounts, period.endMs - 1)
    const scope = scopeOf(subscription)
    const taken = takenOf(allowance, scope, period.startDay, sources)
    const key = allowanceInstanceKey({ ...allowance, ...scope, startDay: period.startDay })
    const { rolloverMaximum = Infinity } = allowance
    const kept = keptAmount(amount, rolloverMaximum, sources.ownTakes.get(key) ?? 0)
    carried += Math.max(0, kept - taken)
  }
  return carried
}

/** The same for every member that asks. */
function groupState(allowance: Allowance, groupId: string, sources: BundleSources): BundleState {
  return remembered(groupStates, sources, `${allowance.allowanceId}|${groupId}`, () =>
    stateOfGroup(allowance, groupId, sources),
  )
}

const groupStates: Remembered<BundleState> = new WeakMap()

/** Answers that belong to sources: an account with many members asks for each of them again and again. */
type Remembered<Value> = WeakMap<BundleSources, Map<string, Value>>

function remembered<Value>(
  memory: Remembered<Value>,
  sources: BundleSources,
  key: string,
  find: () => Value,
): Value {
  const ofSources = memory.get(sources) ?? new Map<string, Value>()
  memory.set(sources, ofSources)
  const known = ofSources.get(key)
  if (known !== undefined) return known
  const value = find()
  ofSources.set(key, value)
  return value
}

function stateOfGroup(allowance: Allowance, groupId: string, sources: BundleSources): BundleState {
  const { period, calendar, atMs } = sources
  const members = sources.membersOf(groupId)
  let amount = allowance.amount
  if (allowance.scope === 'group-pooled') {
    const contributions = members.flatMap((member) =>
      shareValidity(allowance, groupId, member, sources),
    )
    amount = amountAt(pooledAmounts(allowance, period, contributions, calendar), atMs)
  }
  const used = takenOf(
    allowance,
    { scopeKind: 'group', scopeId: groupId },
    period.startDay,
    sources,
  )
  const above = members.reduce((sum, member) => sum + beyond(allowance, member, sources), 0)
  return { used: used + above, amount }
}

/** What a member brought in, and all that it used of the kind: 966 of 500 MB. */
function poolShare(
  allowance: Allowance,
  groupId: string,
  subscription: Subscription,
  sources: BundleSources,
): BundleBalance {
  const { period, calendar, atMs } = sources
  const contributions = shareValidity(allowance, groupId, subscription, sources)
  const amount = amountAt(pooledAmounts(allowance, period, contributions, calendar), atMs)
  const fromOwn = grantedAllowances(subscription, sources)
    .filter(({ scope, unit }) => scope === 'own' && unit === allowance.unit)
    .filter(({ callTypes }) => callTypes.some((id) => allowance.callTypes.includes(id)))
    .reduce((sum, own) => sum + takenOf(own, scopeOf(subscription), period.startDay, sources), 0)
  const used = Math.max(0, covered(allowance, subscription, sources, 'quantity') - fromOwn)
  const state = { used, amount }
  const pool = groupState(allowance, groupId, sources)
  const mark = isExhausted(pool) ? 'red' : isExhausted(state) && used > amount ? 'yellow' : 'none'
  return bundleBalance(allowance, state, mark)
}

function shareValidity(
  allowance: Allowance,
  groupId: string,
  member: Subscription,
  { catalogue, period }: BundleSources,
) {
  return entitlements(allowance.allowanceId, { subscription: member, catalogue })
    .flatMap((granted) =>
      member.groups
        .filter((membership) => membership.groupId === groupId)
        .flatMap((membership) => overlap(granted, membership) ?? []),
    )
    .filter((each) => overlap(each, { fromMs: period.startMs, toMs: period.endMs }))
}

/**
 * What was used of the covered call types and no bundle had left: it is shown with the bundle that
 * would have been the last to be used for it.
 */
function beyond(allowance: Allowance, subscription: Subscription, sources: BundleSources): number {
  if (allowance.unit === 'money' || allowance.amount === Infinity) return 0
  const groupId = groupAt(subscription, sources)
  const group = sources.groups.find((each) => each.groupId === groupId)
  const fixed = group === undefined ? [] : fixedAllowances(group, sources)
  const all = [...grantedAllowances(subscription, sources), ...fixed].sort(inOrderOfUse)
  return (sources.usageOf.get(subscription.subscriptionId) ?? [])
    .filter(({ callType }) => {
      const covering = all.filter(({ unit, callTypes }) => {
        return unit === allowance.unit && callTypes.includes(callType)
      })
      return covering.at(-1)?.allowanceId === allowance.allowanceId
    })
    .reduce((sum, total) => sum + total.outOfBundleQuantity, 0)
}

function inOrderOfUse(left: Allowance, right: Allowance): number {
  return (
    left.priority - right.priority ||
    scopeRank(left) - scopeRank(right) ||
    (left.allowanceId < right.allowanceId ? -1 : 1)
  )
}

function scopeRank({ scope }: Allowance): number {
  return scope === 'own' ? 0 : 1
}

function covered(
  allowance: Allowance,
  { subscriptionId }: Subscription,
  sources: BundleSources,
  what: 'quantity' | 'outOfBundleQuantity',
): number {
  return (sources.usageOf.get(subscriptionId) ?? [])
    .filter(({ callType }) => allowance.callTypes.includes(callType))
    .reduce((sum, total) => sum + total[what], 0)
}

function takenOf(
  { allowanceId }: Allowance,
  scope: { scopeKind: ScopeKind; scopeId: string },
  startDay: number,
  { takes }: BundleSources,
): number {
  return takes.get(allowanceInstanceKey({ allowanceId, ...scope, startDay })) ?? 0
}

function scopeOf({ subscriptionId }: Subscription): { scopeKind: ScopeKind; scopeId: string } {
  return { scopeKind: 'subscription', scopeId: subscriptionId }
}

/** Allowances of plan and modules that the subscription had in this period, as the catalogue lists them. */
function grantedAllowances(
  subscription: Subscription,
  sources: BundleSources,
): readonly Allowance[] {
  return remembered(granted, sources, subscription.subscriptionId, () =>
    allowancesGranted(subscription, sources),
  )
}

const granted: Remembered<readonly Allowance[]> = new WeakMap()

function allowancesGranted(subscription: Subscription, sources: BundleSources): Allowance[] {
  const { catalogue, period, atMs } = sources
  const range = { fromMs: period.startMs, toMs: period.endMs }
  return [...catalogue.allowances.values()]
    .filter(
      ({ allowanceId, scope }) =>
        scope !== 'group-fixed' &&
        entitlements(allowanceId, { subscription, catalogue }).some((each) => overlap(each, range)),
    )
    .map((allowance) => allowanceAt(allowance, atMs) ?? allowance)
}

function fixedAllowances(group: Group, { catalogue, atMs }: BundleSources): Allowance[] {
  return group.allowanceIds.flatMap((id) => {
    const allowance = catalogue.allowances.get(id)
    return allowance === undefined ? [] : (allowanceAt(allowance, atMs) ?? [])
  })
}

function groupAt({ groups }: Subscription, { atMs }: BundleSources): string | undefined {
  return groups.find((membership) => holdsAt(membership, atMs))?.groupId
}
