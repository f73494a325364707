/**
 * The bundles of an account in the period of an invoice: used of included, for each group as a whole
 * and for each subscription. What a bundle holds and what counts as its use is decided in
 * src/balances, so that the invoice says what the customer saw during the month.
 */
import { groupBundles, ownBundles, settledTakes, sumsByKey } from '../../balances/bundles-of.ts'
import type { BundleSources } from '../../balances/bundles-of.ts'
import type { BundleBalance } from '../../balances/bundle-balance.ts'
import { allowanceAt } from '../../catalogue/allowance-at.ts'
import type { Allowance, Catalogue } from '../../catalogue/catalogue.ts'
import type { Group, Language, Partner, Subscription } from '../../core/accounts/accounts.ts'
import { splitKey } from '../../core/usage/ids.ts'
import type { BillingCalendar, BillingPeriod } from '../../core/time/period.ts'
import { isWithin } from '../../core/time/validity.ts'
import type { AllowanceTake, UsageSum } from '../ledger/invoice-ledger.ts'
import type { BilledBundle } from '../invoice-model.ts'

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
  readonly usage: readonly UsageSum[]
}

/** Longest period, in days. */
const PERIOD_DAYS_MAX = 31

/** Usage of periods before this day cannot matter to the bundles of the period. */
export function earliestStartDay(catalogue: Catalogue, period: BillingPeriod): number {
  const allowances = [...catalogue.allowances.values()]
  if (allowances.some((each) => each.period === 'lifetime')) return 0
  const rollover = Math.max(0, ...allowances.map((each) => each.rolloverPeriods))
  return period.startDay - rollover * PERIOD_DAYS_MAX
}

/** As they stand at the end of the period. Groups first, then subscriptions in their order. */
export function bundleOverview(request: BundleRequest): BilledBundle[] {
  const sources = sourcesOf(request)
  const isPass = (allowanceId: string): boolean =>
    request.catalogue.allowances.get(allowanceId)?.period === 'day'
  return [
    ...request.groups.flatMap((group) =>
      groupBundles(group, sources).map((balance) =>
        bundleUse(balance, request, { scope: 'group', scopeId: group.groupId, label: group.name }),
      ),
    ),
    ...request.subscriptions.flatMap((subscription) => {
      const { subscriptionId: scopeId, label } = subscription
      const whose = { scope: 'subscription', scopeId, label } as const
      const standing = ownBundles(subscription, sources).filter((each) => !isPass(each.allowanceId))
      return [
        ...standing.map((balance) => bundleUse(balance, request, whose)),
        ...usedPasses(subscription, request, sources.takes),
      ]
    }),
  ]
}

function sourcesOf(request: BundleRequest): BundleSources {
  const { subscriptions, period, catalogue } = request
  const membersOf = (groupId: string): readonly Subscription[] =>
    subscriptions.filter((each) => each.groups.some((group) => group.groupId === groupId))
  const usage = request.usage.filter((sum) => !sum.late).map((sum) => ({ ...sum, rateId: '' })) // Bundles do not ask by which rate.
  const settled = settledTakes(request.takes, { catalogue, membersOf })
  return {
    ...request,
    atMs: period.endMs - 1,
    membersOf,
    usageOf: Map.groupBy(usage, (sum) => sum.subscriptionId),
    takes: sumsByKey(settled),
    ownTakes: sumsByKey(settled.map(({ key, ownQuantity }) => ({ key, quantity: ownQuantity }))),
  }
}

/** Day passes that were used: what they held together, on the days on which they were taken from. */
function usedPasses(
  subscription: Subscription,
  request: BundleRequest,
  takes: ReadonlyMap<string, number>,
): BilledBundle[] {
  const { subscriptionId, label } = subscription
  const { startDay, endDay } = request.period
  const { calendar } = request
  return [...request.catalogue.allowances.values()].flatMap((allowance): BilledBundle[] => {
    if (allowance.period !== 'day') return []
    const days = [...takes].filter(([key]) => {
      const [allowanceId, scopeId, day = '', scopeKind] = splitKey(key)
      const isOwn = scopeKind === 'subscription' && scopeId === subscriptionId
      const isIn = isWithin(Number.parseInt(day, 10), startDay, endDay)
      return allowanceId === allowance.allowanceId && isOwn && isIn
    })
    if (days.length === 0) return []
    const used = days.reduce((sum, [, quantity]) => sum + quantity, 0)
    const amounts = days.map(([key]) => {
      const startMs = calendar.dayStartMs(Number.parseInt(splitKey(key)[2] ?? '', 10))
      return (allowanceAt(allowance, startMs) ?? allowance).amount
    })
    const balance = { ...allowance, used, amount: amounts.reduce((sum, each) => sum + each, 0) }
    return [bundleUse(balance, request, { scope: 'subscription', scopeId: subscriptionId, label })]
  })
}

function bundleUse(
  balance: Pick<BundleBalance & Allowance, 'allowanceId' | 'names' | 'unit' | 'used' | 'amount'>,
  { language }: BundleRequest,
  whose: Pick<BilledBundle, 'scope' | 'scopeId' | 'label'>,
): BilledBundle {
  const { allowanceId, names, unit, used, amount } = balance
  return {
    ...whose,
    allowanceId,
    name: names[language],
    unit,
    ...(amount === Infinity ? {} : { included: amount }),
    used,
  }
}
