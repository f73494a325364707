/**
 * What a customer sees of the current period: cost so far, group bundles, and for each subscription
 * its bundles, cost and limits. Computed from sums of the ledger with the rules of rating.
 */
import { instanceStartDay } from '../core/usage/ids.ts'
import type { Allowance, Catalogue } from '../catalogue/catalogue.ts'
import type { Account, Directory } from '../core/accounts/accounts.ts'
import { TikError } from '../core/failures/errors.ts'
import { micros, type Micros } from '../core/money/money.ts'
import { accountCalendar } from '../core/time/account-calendar.ts'
import type { BillingCalendar, BillingPeriod } from '../core/time/period.ts'
import { groupsOf, subscriptionsOf } from '../core/accounts/of-account.ts'
import { nameAt } from '../core/accounts/subscription-name.ts'
import type { Product } from '../core/usage/usage.ts'
import { modulesOf, plansOf } from '../directory/agreement.ts'
import { limitIndexOf } from '../limits/effective-limit.ts'
import type { ShownTotals } from '../ledger/read-shown-balances.ts'
import type { BalanceRequest, UsageTotal } from '../rating/rater.ts'
import { groupBundles, ownBundles, settledTakes, sumsByKey } from './bundles-of.ts'
import type { BundleSources } from './bundles-of.ts'
import type { BundleBalance } from './bundle-balance.ts'
import { limitUses } from './limit-use.ts'
import { limitBalances, type LimitBalance } from './limit-balance.ts'
import { simGroups, simsLeft, type SimGroups } from './sims-left.ts'

export interface AccountBalances {
  readonly accountId: string
  readonly name: string
  readonly atMs: number
  readonly period: { readonly startDay: number; readonly endDay: number }
  /** Usage charges of the period, without VAT and fees. */
  readonly totalMicros: Micros
  readonly limits: readonly LimitBalance[]
  readonly groups: readonly GroupBalance[]
  readonly subscriptions: readonly SubscriptionBalance[]
  /** Data SIMs by what is left of their own data bundle. */
  readonly simGroups: SimGroups
}

export interface GroupBalance {
  readonly groupId: string
  readonly name: string
  readonly membersCount: number
  readonly bundles: readonly BundleBalance[]
}

export interface SubscriptionBalance {
  readonly subscriptionId: string
  readonly number: string
  readonly label: string
  readonly product: Product
  readonly terminated: boolean
  readonly costMicros: Micros
  readonly bundles: readonly BundleBalance[]
  readonly limits: readonly LimitBalance[]
}

export interface BalancesParts {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly accountId: string
  readonly atMs: number
}

/** Lifetimes reach back at most this far. */
const LIFETIME_MONTHS_MAX = 600

/** The part of the ledger whose totals `accountBalances` needs. */
export function balancesRequest({
  catalogue,
  directory,
  accountId,
  atMs,
}: BalancesParts): BalanceRequest {
  const account = accountOf(directory, accountId)
  const calendar = accountCalendar(account)
  const period = calendar.periodAt(atMs)
  const allowances = allowancesOf({ catalogue, directory, accountId })
  const hasLifetime = allowances.some((one) => one.period === 'lifetime')
  const oldest = subscriptionsOf(directory, accountId).reduce(
    (earliest, { activatedMs }) => Math.min(earliest, activatedMs),
    period.startMs,
  )
  const rollover = Math.max(0, ...allowances.map(({ rolloverPeriods }) => rolloverPeriods))
  let from = period
  for (let count = 0; count < (hasLifetime ? LIFETIME_MONTHS_MAX : rollover); count++) {
    if (hasLifetime && from.startMs <= oldest) break
    from = calendar.periodAt(from.startMs - 1)
  }
  return {
    accountId,
    fromPeriodStartDay: from.startDay,
    toPeriodStartDay: period.startDay,
  }
}

/** Those that the account's plans, modules and groups can bring: what others have reaches back further. */
function allowancesOf({
  catalogue,
  directory,
  accountId,
}: Omit<BalancesParts, 'atMs'>): Allowance[] {
  const ids = new Set(groupsOf(directory, accountId).flatMap((group) => [...group.allowanceIds]))
  for (const subscription of subscriptionsOf(directory, accountId)) {
    const sources = [
      ...plansOf(subscription, catalogue).map(({ planId }) => catalogue.plans.get(planId)),
      ...modulesOf(subscription, catalogue).map(({ moduleId }) => catalogue.modules.get(moduleId)),
    ]
    for (const source of sources) for (const id of source?.allowanceIds ?? []) ids.add(id)
  }
  return [...ids].flatMap((id) => catalogue.allowances.get(id) ?? [])
}

/** Throws `not_found` for an unknown account. */
export function accountBalances(parts: BalancesParts & { totals: ShownTotals }): AccountBalances {
  const { catalogue, directory, accountId, atMs, totals } = parts
  const account = accountOf(directory, accountId)
  const calendar = accountCalendar(account)
  const period = calendar.periodAt(atMs)
  const usage = totals.usage.filter((total) => total.periodStartDay === period.startDay)
  const sources = bundleSources(parts, { account, calendar, period, usage })
  const uses = limitUses(usage, { directory, catalogue, accountId })
  const limits = { index: limitIndexOf(directory), uses, accountId, atMs, catalogue }
  const groups = sources.groups.map((group) => ({
    groupId: group.groupId,
    name: group.name,
    membersCount: sources.membersOf(group.groupId).length,
    bundles: groupBundles(group, sources),
  }))
  const subscriptions = sources.subscriptions.map((subscription): SubscriptionBalance => {
    const { subscriptionId, label, product, terminatedMs } = subscription
    return {
      subscriptionId,
      number: nameAt(subscription, atMs),
      label,
      product,
      terminated: terminatedMs <= atMs,
      costMicros: costOf(usage.filter((total) => total.subscriptionId === subscriptionId)),
      bundles: ownBundles(subscription, sources),
      limits: limitBalances(limits, subscription),
    }
  })
  return {
    accountId,
    name: account.party.legalName,
    atMs,
    period: { startDay: period.startDay, endDay: period.endDay },
    totalMicros: costOf(usage),
    limits: limitBalances(limits, undefined),
    groups,
    subscriptions,
    simGroups: simGroups(simsLeft(subscriptions)),
  }
}

function bundleSources(
  { catalogue, directory, accountId, atMs, totals }: BalancesParts & { totals: ShownTotals },
  of: {
    account: Account
    calendar: BillingCalendar
    period: BillingPeriod
    usage: readonly UsageTotal[]
  },
): BundleSources {
  const subscriptions = subscriptionsOf(directory, accountId)
  const membersOf = (groupId: string) =>
    subscriptions.filter((one) => one.groups.some((group) => group.groupId === groupId))
  const settled = settledTakes(totals.takes, { catalogue, membersOf })
  return {
    catalogue,
    calendar: of.calendar,
    period: of.period,
    atMs,
    subscriptions,
    groups: groupsOf(directory, accountId),
    membersOf,
    usageOf: Map.groupBy(of.usage, ({ subscriptionId }) => subscriptionId),
    takes: sumsByKey(settled),
    ownTakes: sumsByKey(
      settled.filter(({ key, periodStartDay }) => instanceStartDay(key) === periodStartDay),
    ),
  }
}

function costOf(usage: readonly UsageTotal[]): Micros {
  return micros(
    usage.reduce((sum, total) => sum + total.chargeMicros + total.informationChargeMicros, 0),
  )
}

function accountOf(directory: Directory, accountId: string): Account {
  const account = directory.accounts.get(accountId)
  if (account !== undefined) return account
  throw new TikError('not_found', `there is no account "${accountId}"`, {
    hint: 'look at the ids in your accounts document',
  })
}
