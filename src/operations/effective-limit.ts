/**
 * Which value of a limit holds, and where it comes from: the customer's own (of the subscription,
 * else of the account), else the partner's default, else the law's for data roaming, else none.
 * src/rating/limit resolves the same way while rating; limits.test.ts compares the two.
 */
import type { Directory, LimitCode, LimitSetting } from '../core/accounts.ts'
import { validAt } from '../core/validity.ts'
import { LIMIT_KINDS } from '../limits/limit-kinds.ts'

export interface EffectiveLimit {
  /** 0 = no limit. */
  readonly amount: number
  readonly action: LimitSetting['action']
  /** Those that somebody set beside 100 %, as a setting keeps them. */
  readonly levels: string
  readonly from: 'customer' | 'partner' | 'regulation' | 'none'
  /** Whose value it is; '' where nobody set it. */
  readonly scopeId: string
}

export interface LimitTarget {
  readonly code: LimitCode
  readonly subject: string
  readonly accountId: string
  /** '' for a limit of the account. */
  readonly subscriptionId: string
}

/** Settings by what they limit, for many look-ups. */
export interface LimitIndex {
  effectiveAt(target: LimitTarget, atMs: number): EffectiveLimit
}

export function createLimitIndex(directory: Pick<Directory, 'accounts' | 'limits'>): LimitIndex {
  const settings = new Map<string, LimitSetting[]>()
  for (const setting of directory.limits) {
    const key = keyOf(setting.setBy, setting.code, setting.scopeId, setting.subject)
    const known = settings.get(key)
    if (known === undefined) settings.set(key, [setting])
    else known.push(setting)
  }
  const settingAt = (key: string, atMs: number): LimitSetting | undefined =>
    validAt(settings.get(key) ?? [], atMs)

  return {
    effectiveAt({ code, subject, accountId, subscriptionId }, atMs) {
      const partnerId = directory.accounts.get(accountId)?.partnerId ?? ''
      const setting =
        settingAt(keyOf('customer', code, subscriptionId, subject), atMs) ??
        settingAt(keyOf('customer', code, accountId, subject), atMs) ??
        settingAt(keyOf('partner', code, partnerId, subject), atMs)
      if (setting !== undefined) {
        const { amount, action, setBy, scopeId, levels = '' } = setting
        return { amount, action, levels, from: setBy, scopeId }
      }
      const { regulation } = LIMIT_KINDS[code]
      if (regulation !== undefined) {
        const { amountMicros: amount } = regulation
        return { amount, action: 'notify', levels: '', from: 'regulation', scopeId: '' }
      }
      return { amount: 0, action: 'notify', levels: '', from: 'none', scopeId: '' }
    },
  }
}

function keyOf(setBy: string, code: string, scopeId: string, subject: string): string {
  return `${setBy}|${code}|${scopeId}|${subject}`
}
