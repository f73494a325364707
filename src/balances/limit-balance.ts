/** How far the limits of an account or subscription are used. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { LimitCode, Subscription } from '../core/accounts/accounts.ts'
import { allValidAt } from '../core/time/validity.ts'
import { LIMIT_KINDS, LISTED_LIMITS, MODULE_LIMIT, type LimitUnit } from '../limits/limit-kinds.ts'
import { modulesOf } from '../directory/agreement.ts'
import type { EffectiveLimit, LimitIndex } from '../limits/effective-limit.ts'
import { limitUnitOf } from '../directory/limits/limit-rules.ts'
import { percentUsed } from '../limits/percent-used.ts'
import type { LimitUse } from './limit-use.ts'

/** One limit that holds; limits that nobody set are not listed. */
export interface LimitBalance {
  readonly code: LimitCode
  readonly subject: string
  readonly unit: LimitUnit
  readonly used: number
  readonly amount: number
  readonly percent: number
  readonly from: EffectiveLimit['from']
  readonly action: EffectiveLimit['action']
}

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
  const watched =
    subscription === undefined
      ? LISTED_LIMITS.filter(({ code }) => LIMIT_KINDS[code].scope === 'account')
      : watchedOf(subscription, atMs, catalogue)
  return watched.flatMap(({ code, subject }): LimitBalance[] => {
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
): { code: LimitCode; subject: string }[] {
  const active = allValidAt(modulesOf(subscription, catalogue), atMs)
  const limited = active.filter(({ moduleId }) => catalogue.modules.get(moduleId)?.limit)
  return [
    ...LISTED_LIMITS.filter(({ code }) => {
      const { scope, product } = LIMIT_KINDS[code]
      return scope !== 'account' && (product === undefined || product === subscription.product)
    }),
    ...limited.map(({ moduleId }) => ({ code: MODULE_LIMIT, subject: moduleId })),
  ]
}
