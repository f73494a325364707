/** How far the limits of an account or subscription are used. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Subscription } from '../core/accounts.ts'
import { allValidAt } from '../core/validity.ts'
import { modulesOf } from '../operations/agreement.ts'
import type { EffectiveLimit, LimitIndex } from '../operations/effective-limit.ts'
import { limitUnitOf } from '../operations/limit-rules.ts'
import type { LimitUnit } from '../operations/limit-amount.ts'
import { percentUsed } from './bundle-balance.ts'
import type { LimitUse, SummedLimit } from './limit-use.ts'

/** One limit that holds; limits that nobody set are not listed. */
export interface LimitBalance {
  readonly code: SummedLimit
  readonly subject: string
  readonly unit: LimitUnit
  readonly used: number
  readonly amount: number
  readonly percent: number
  readonly from: EffectiveLimit['from']
  readonly action: EffectiveLimit['action']
}

const OF_ACCOUNT: readonly (readonly [SummedLimit, string])[] = [
  ['account-total', ''],
  ['voip-total', ''],
]
const OF_SUBSCRIPTION: readonly (readonly [SummedLimit, string])[] = [
  ['subscription-total', ''],
  ['national-data', ''],
  ['roaming-spend', ''],
  ['sim-cap', 'data'],
  ['sim-cap', 'sms'],
]
const ONLY_MOBILE = new Set<SummedLimit>(['national-data', 'roaming-spend', 'sim-cap'])

/** Limits of the account itself, or of one of its subscriptions. */
export function limitBalances(
  context: {
    index: LimitIndex
    uses: ReadonlyMap<string, LimitUse>
    accountId: string
    atMs: number
    catalogue: Catalogue
  },
  subscription: Subscription | undefined,
): LimitBalance[] {
  const { index, uses, accountId, atMs, catalogue } = context
  const subscriptionId = subscription?.subscriptionId ?? ''
  const scopeId = subscription?.subscriptionId ?? accountId
  const watched = subscription === undefined ? OF_ACCOUNT : watchedOf(subscription, atMs, catalogue)
  return watched.flatMap(([code, subject]): LimitBalance[] => {
    const limit = index.effectiveAt({ code, subject, accountId, subscriptionId }, atMs)
    if (limit.amount === 0) return []
    const used = uses.get(`${code}|${scopeId}|${subject}`)?.sum ?? 0
    const unit = limitUnitOf(code, subject, catalogue)
    const percent = percentUsed(used, limit.amount) ?? 0
    const { amount, from, action } = limit
    return [{ code, subject, unit, used, amount, percent, from, action }]
  })
}

function watchedOf(
  subscription: Subscription,
  atMs: number,
  catalogue: Catalogue,
): (readonly [SummedLimit, string])[] {
  const active = allValidAt(modulesOf(subscription, catalogue), atMs)
  const limited = active.filter(({ moduleId }) => catalogue.modules.get(moduleId)?.limit)
  return [
    ...OF_SUBSCRIPTION.filter(
      ([code]) => subscription.product === 'mobile' || !ONLY_MOBILE.has(code),
    ),
    ...limited.map(({ moduleId }) => ['module-volume', moduleId] as const),
  ]
}
