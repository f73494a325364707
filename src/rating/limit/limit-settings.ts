/**
 * Which limits hold for an account or subscription at a moment of recording: the customer's own
 * value, else the partner's default, else none. 0 switches a limit off.
 */
import type { LimitCode, LimitSetting } from '../../core/accounts/accounts.ts'
import { holdsAt } from '../../core/time/validity.ts'
import { LIMIT_KINDS } from '../../limits/limit-kinds.ts'
import { levelsOf, type Level } from '../../limits/limit-levels.ts'

export interface LimitSettings {
  /** Whether it has a value anywhere, ever, of somebody or by law: what has none need not be added up. */
  isSet(code: LimitCode, subject: string): boolean
  /** Number of the stretch without a change of any setting that holds the moment. */
  epochAt(recordedMs: number): number
  /** Levels of one limit, lowest first. */
  levelsAt(recordedMs: number, watch: LimitWatch): readonly Level[]
}

export interface LimitWatch {
  readonly code: LimitCode
  readonly subject: string
  /** Undefined for a limit of the account as a whole. */
  readonly subscriptionId: string | undefined
  readonly accountId: string
  readonly partnerId: string
}

export function createLimitSettings(limits: readonly LimitSetting[]): LimitSettings {
  const boundaries = [...new Set(limits.flatMap((limit) => [limit.fromMs, limit.toMs]))].sort(
    (left, right) => left - right,
  )
  const byScope = new Map<string, LimitSetting[]>()
  for (const limit of limits) {
    const key = scopeKey(limit.scopeKind, limit.scopeId, limit)
    const known = byScope.get(key)
    if (known === undefined) byScope.set(key, [limit])
    else known.push(limit)
  }
  const settingAt = (recordedMs: number, key: string): LimitSetting | undefined =>
    byScope.get(key)?.find((limit) => holdsAt(limit, recordedMs))

  /** Many subscriptions have the same limit. */
  const shared = new Map<string, readonly Level[]>()
  const sharedLevels = (code: LimitCode, setting: LimitSetting | undefined): readonly Level[] => {
    const key = `${code}|${setting?.amount ?? ''}|${setting?.levels ?? ''}`
    let levels = shared.get(key)
    if (levels === undefined) shared.set(key, (levels = levelsOf(code, setting)))
    return levels
  }

  const set = new Set(limits.map(({ code, subject }) => `${code}|${subject}`))

  return {
    isSet: (code, subject) =>
      LIMIT_KINDS[code].regulation !== undefined || set.has(`${code}|${subject}`),
    epochAt: (recordedMs) => boundaries.filter((boundary) => boundary <= recordedMs).length,
    levelsAt(recordedMs, { subscriptionId, accountId, partnerId, ...limit }) {
      const ofSubscription =
        subscriptionId === undefined
          ? undefined
          : settingAt(recordedMs, scopeKey('subscription', subscriptionId, limit))
      const setting =
        ofSubscription ??
        settingAt(recordedMs, scopeKey('account', accountId, limit)) ??
        settingAt(recordedMs, scopeKey('partner', partnerId, limit))
      return sharedLevels(limit.code, setting)
    },
  }
}

function scopeKey(
  scopeKind: LimitSetting['scopeKind'],
  scopeId: string,
  { code, subject }: { readonly code: LimitCode; readonly subject: string },
): string {
  return `${code}|${scopeKind}|${scopeId}|${subject}`
}
