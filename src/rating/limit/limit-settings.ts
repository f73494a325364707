/**
 * Which limits hold for an account or subscription at a moment of recording: the customer's own
 * value, else the partner's default, else none. 0 switches a limit off.
 */
import type { LimitCode, LimitSetting } from '../../core/accounts.ts'
import { holdsAt } from '../../core/validity.ts'
import { LIMIT_KINDS } from '../../limits/limit-kinds.ts'
import { levelsOf, type Level } from '../../limits/limit-levels.ts'

export interface LimitSettings {
  /** Whether it has a value anywhere, ever, of somebody or by law: what has none need not be added up. */
  isSet(code: LimitCode, subject: string): boolean
  /** Number of the stretch without a change of any setting that holds the moment. */
  epochAt(recordedMs: number): number
  /** Levels of one limit, lowest first; `scopeIds` are the customer's, the most specific first. */
  levelsAt(
    recordedMs: number,
    watch: { code: LimitCode; subject: string; scopeIds: readonly string[]; partnerId: string },
  ): readonly Level[]
}

export function createLimitSettings(limits: readonly LimitSetting[]): LimitSettings {
  const boundaries = [...new Set(limits.flatMap((limit) => [limit.fromMs, limit.toMs]))].sort(
    (left, right) => left - right,
  )
  const byScope = new Map<string, LimitSetting[]>()
  for (const limit of limits) {
    const key = scopeKey(limit.code, limit.scopeId, limit.subject)
    const known = byScope.get(key)
    if (known === undefined) byScope.set(key, [limit])
    else known.push(limit)
  }
  const settingAt = (
    recordedMs: number,
    setBy: LimitSetting['setBy'],
    key: string,
  ): LimitSetting | undefined =>
    byScope.get(key)?.find((l) => l.setBy === setBy && holdsAt(l, recordedMs))

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
    levelsAt(recordedMs, { code, subject, scopeIds, partnerId }) {
      const own = scopeIds
        .map((scopeId) => settingAt(recordedMs, 'customer', scopeKey(code, scopeId, subject)))
        .find((setting) => setting !== undefined)
      const setting = own ?? settingAt(recordedMs, 'partner', scopeKey(code, partnerId, subject))
      return sharedLevels(code, setting)
    },
  }
}

function scopeKey(code: string, scopeId: string, subject: string): string {
  return `${code}|${scopeId}|${subject}`
}
