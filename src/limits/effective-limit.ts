/**
 * Which value of a limit holds, and where it comes from: the customer's own (of the subscription,
 * else of the account), else the partner's default, else the law's for data roaming, else none.
 * src/rating/limit resolves the same way while rating; limits.test.ts compares the two.
 */
import type { Directory, LimitCode, LimitSetting } from '../core/accounts/accounts.ts'
import { validAt } from '../core/time/validity.ts'
import { LIMIT_KINDS } from './limit-kinds.ts'

export interface EffectiveLimit {
  /** 0 = no limit. */
  readonly amount: number
  readonly action: LimitSetting['action']
  /** Those that somebody set beside 100 %, as a setting keeps them. */
  readonly levels: string
  readonly from: 'customer' | 'partner' | 'regulation' | 'none'
  /** Whose value it is; undefined where nobody set it. */
  readonly scopeKind: LimitSetting['scopeKind'] | undefined
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

/** That of a directory, made once: who asks for each of its accounts must not look through all settings. */
export function limitIndexOf(directory: Directory): LimitIndex {
  const known = indices.get(directory) ?? createLimitIndex(directory)
  indices.set(directory, known)
  return known
}

const indices = new WeakMap<Directory, LimitIndex>()

export function createLimitIndex(directory: Pick<Directory, 'accounts' | 'limits'>): LimitIndex {
  const settings = new Map<string, LimitSetting[]>()
  for (const setting of directory.limits) {
    const key = keyOf(setting.scopeKind, setting.scopeId, setting)
    const known = settings.get(key)
    if (known === undefined) settings.set(key, [setting])
    else known.push(setting)
  }
  const settingAt = (key: string, atMs: number): LimitSetting | undefined =>
    validAt(settings.get(key) ?? [], atMs)

  return {
    effectiveAt({ accountId, subscriptionId, ...limit }, atMs) {
      const partnerId = directory.accounts.get(accountId)?.partnerId ?? ''
      const setting =
        settingAt(keyOf('subscription', subscriptionId, limit), atMs) ??
        settingAt(keyOf('account', accountId, limit), atMs) ??
        settingAt(keyOf('partner', partnerId, limit), atMs)
      if (setting !== undefined) {
        const { amount, action, scopeKind, levels = '' } = setting
        const from = scopeKind === 'partner' ? 'partner' : 'customer'
        return { amount, action, levels, from, scopeKind }
      }
      const nobody = { action: 'notify', levels: '', scopeKind: undefined } as const
      const { regulation } = LIMIT_KINDS[limit.code]
      return regulation === undefined
        ? { ...nobody, amount: 0, from: 'none' }
        : { ...nobody, amount: regulation.amountMicros, from: 'regulation' }
    },
  }
}

function keyOf(
  scopeKind: LimitSetting['scopeKind'],
  scopeId: string,
  { code, subject }: { readonly code: LimitCode; readonly subject: string },
): string {
  return `${scopeKind}|${code}|${scopeId}|${subject}`
}
