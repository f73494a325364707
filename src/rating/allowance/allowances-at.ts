/**
 * Finds the allowances that a subscription can use for a call type at a moment: which of them, in
 * which windows, how much they hold, in order of use. Done once a stretch of time, then looked up.
 */
import { Temporal } from 'temporal-polyfill'
import type { Group, Subscription, Validity } from '../../core/accounts/accounts.ts'
import { allowanceInstanceKey } from '../../core/usage/ids.ts'
import { dayToIso, dayFromIso, type BillingPeriod } from '../../core/time/period.ts'
import type { Allowance, Catalogue } from '../../catalogue/catalogue.ts'
import { takeBalance, type AccountState } from '../memory/account-state.ts'
import { holdsAt, overlap } from '../../core/time/validity.ts'
import { entitlements } from '../memory/entitlement.ts'
import type { CompiledAllowance } from '../memory/offer.ts'
import type { Sums } from '../memory/sums.ts'
import { tightList } from '../memory/tight-list.ts'
import {
  ownAmounts,
  pooledAmounts,
  type AllowanceWindow,
  type AmountChanges,
} from './allowance-amount.ts'
import type { AllowanceInstance } from './allowance-instance.ts'
import { inOrderOfUse } from './allowance-order.ts'
import type { Claim } from './claims.ts'

/** Allowances of one call type, valid for usages that start in [fromMs, toMs). */
export interface AllowancesAt extends Validity {
  readonly units: readonly AllowanceInstance[]
  readonly money: readonly AllowanceInstance[]
}

export interface AllowanceSources {
  readonly catalogue: Catalogue
  readonly allowancesById: ReadonlyMap<string, readonly CompiledAllowance[]>
  readonly groups: ReadonlyMap<string, Group>
  /** Subscriptions that are in the group at any time. */
  membersOf(groupId: string): readonly Subscription[]
  readonly sums: Sums
}

/** The subscription and where it stands; everything here holds throughout `stretch`. */
export interface Holder {
  readonly subscription: Subscription
  readonly state: AccountState
  readonly claims: readonly Claim[]
  readonly period: BillingPeriod
  readonly stretch: Validity
}

export function allowancesAt(
  instantMs: number,
  callTypeIndex: number,
  holder: Holder,
  sources: AllowanceSources,
): AllowancesAt {
  let stretch: Validity = holder.stretch
  const units: AllowanceInstance[] = []
  const money: AllowanceInstance[] = []
  for (const claim of holder.claims) {
    if (claim.compiled.covers[callTypeIndex] !== 1) continue
    for (const instance of instancesOf(claim, instantMs, holder, sources)) {
      if (instance.expiresMs <= instantMs) continue
      if (instance.allowance.unit === 'money') money.push(instance)
      else units.push(instance)
      stretch = overlap(stretch, stretchOf(instance, instantMs)) ?? stretch
    }
  }
  const { fromMs, toMs } = stretch
  units.sort(inOrderOfUse)
  money.sort(inOrderOfUse)
  return { fromMs, toMs, units: tightList(units), money: tightList(money) }
}

/** Within a standing only those of single days change, so the others are found once. */
function instancesOf(
  claim: Claim,
  instantMs: number,
  holder: Holder,
  sources: AllowanceSources,
): readonly AllowanceInstance[] {
  if (claim.instances !== undefined) return claim.instances
  const windows = windowsAt(instantMs, claim, holder, sources)
  const found = windows.map((window) => instanceOf(claim, window, holder, sources))
  if (claim.compiled.allowance.period !== 'day') claim.instances = found
  return found
}

/** While the instance can be used and its amount stays the same. */
function stretchOf(instance: AllowanceInstance, instantMs: number): Validity {
  const { allowance, window, changes, expiresMs } = instance
  let fromMs = allowance.period === 'day' ? window.startMs : -Infinity
  let toMs = expiresMs
  for (const change of changes) {
    if (change.fromMs <= instantMs) fromMs = Math.max(fromMs, change.fromMs)
    else toMs = Math.min(toMs, change.fromMs)
  }
  return { fromMs, toMs }
}

/** The windows of an allowance from which a usage at the instant may take. */
function windowsAt(
  instantMs: number,
  { compiled, groupId }: Claim,
  holder: Holder,
  sources: AllowanceSources,
): AllowanceWindow[] {
  const { allowance } = compiled
  const { calendar } = holder.state
  if (allowance.period === 'day') {
    const { day, startMs, endMs } = calendar.dayAt(instantMs)
    return [{ startDay: day, endDay: day + 1, startMs, endMs }]
  }
  const granted =
    groupId === undefined
      ? entitlements(allowance.allowanceId, {
          subscription: holder.subscription,
          catalogue: sources.catalogue,
        }).find((each) => holdsAt(each, instantMs))
      : undefined
  if (allowance.period === 'lifetime') {
    return [lifetimeWindow(allowance, granted, calendar)]
  }
  const windows: AllowanceWindow[] = [holder.period]
  let { period } = holder
  for (let count = 0; count < allowance.rolloverPeriods; count += 1) {
    period = calendar.periodAt(period.startMs - 1)
    if (granted !== undefined && granted.fromMs >= period.endMs) break
    windows.push(period)
  }
  return windows
}

/** From the local day of the grant, for so many months; without an end where it says 0. */
export function lifetimeWindow(
  allowance: Allowance,
  granted: Validity | undefined,
  calendar: AccountState['calendar'],
): AllowanceWindow {
  // A lifetime allowance of a group begins with the group, which has no date: with day 0.
  const startDay = granted === undefined ? 0 : calendar.dayAt(granted.fromMs).day
  const startMs = calendar.dayStartMs(startDay)
  if (allowance.lifetimeMonths === 0) {
    return { startDay, endDay: startDay + 1, startMs, endMs: Infinity }
  }
  const end = Temporal.PlainDate.from(dayToIso(startDay)).add({ months: allowance.lifetimeMonths })
  const endDay = dayFromIso(end.toString())
  return { startDay, endDay, startMs, endMs: calendar.dayStartMs(endDay) }
}

function instanceOf(
  { compiled, groupId }: Claim,
  window: AllowanceWindow,
  holder: Holder,
  sources: AllowanceSources,
): AllowanceInstance {
  const { allowance } = compiled
  const { state } = holder
  const { allowanceId } = allowance
  const { startDay } = window
  const scope =
    groupId === undefined
      ? ({ scopeKind: 'subscription', scopeId: holder.subscription.subscriptionId } as const)
      : ({ scopeKind: 'group', scopeId: groupId } as const)
  const key = allowanceInstanceKey({ allowanceId, ...scope, startDay })
  // Versions of an allowance share what was taken, not their place in line.
  const versionKey = compiled.version === 0 ? key : `${key}#${compiled.version}`
  let instance = state.instances.get(versionKey)
  if (instance === undefined) {
    const changes = amountsOf(allowance, groupId, window, holder, sources)
    instance = {
      allowance,
      ...scope,
      window,
      expiresMs: expiryOf(allowance, window, state),
      balance: takeBalance(state, key, sources.sums),
      spansPeriods: allowance.rolloverPeriods > 0 || allowance.period === 'lifetime',
      changes,
    }
    state.instances.set(versionKey, instance)
  }
  return instance
}

function expiryOf(allowance: Allowance, window: AllowanceWindow, state: AccountState): number {
  if (allowance.period !== 'billing-period') return window.endMs
  let { endMs } = window
  for (let count = 0; count < allowance.rolloverPeriods; count += 1) {
    endMs = state.calendar.periodAt(endMs).endMs
  }
  return endMs
}

function amountsOf(
  allowance: Allowance,
  groupId: string | undefined,
  window: AllowanceWindow,
  { subscription, state }: Holder,
  sources: AllowanceSources,
): AmountChanges {
  const { catalogue } = sources
  const { calendar } = state
  if (groupId !== undefined && allowance.scope === 'group-pooled') {
    const contributions = sources.membersOf(groupId).flatMap((member) =>
      entitlements(allowance.allowanceId, { subscription: member, catalogue }).flatMap((granted) =>
        member.groups
          .filter((membership) => membership.groupId === groupId)
          .flatMap((membership) => overlap(granted, membership) ?? [])
          .filter((each) => overlap(each, { fromMs: window.startMs, toMs: window.endMs })),
      ),
    )
    return pooledAmounts(allowance, window, contributions, calendar)
  }
  const granted = entitlements(allowance.allowanceId, { subscription, catalogue }).find((each) =>
    overlap(each, { fromMs: window.startMs, toMs: window.endMs }),
  )
  const activatedMs =
    groupId === undefined && granted !== undefined ? granted.fromMs : window.startMs
  return ownAmounts(allowance, window, activatedMs, calendar)
}
