/**
 * Which limits hold for an account or subscription at a moment of recording: the customer's own
 * value, else the partner's default, else none. 0 switches a limit off.
 */
import type { LimitCode, LimitSetting } from '../../core/accounts.ts'
import { holdsAt } from '../../core/validity.ts'
import { thresholdOf, type Level } from './meter.ts'

export interface LimitSettings {
  /** Number of the stretch without a change of any setting that holds the moment. */
  epochAt(recordedMs: number): number
  /** Levels of one limit, lowest first; `scopeIds` are the customer's, the most specific first. */
  levelsAt(
    recordedMs: number,
    watch: { code: LimitCode; subject: string; scopeIds: readonly string[]; partnerId: string },
  ): readonly Level[]
}

const EUR = 1_000_000
/** EU Regulation 2022/612, art. 14: the default limit and the further warning, EUR ex VAT. */
const ROAMING_DEFAULT_MICROS = 50 * EUR
const ROAMING_NEXT_MICROS = 100 * EUR

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
  const sharedLevels = (code: LimitCode, amount: number | undefined): readonly Level[] => {
    const key = `${code}|${amount ?? ''}`
    let levels = shared.get(key)
    if (levels === undefined) shared.set(key, (levels = levelsOf(code, amount)))
    return levels
  }

  return {
    epochAt: (recordedMs) => boundaries.filter((boundary) => boundary <= recordedMs).length,
    levelsAt(recordedMs, { code, subject, scopeIds, partnerId }) {
      const own = scopeIds
        .map((scopeId) => settingAt(recordedMs, 'customer', scopeKey(code, scopeId, subject)))
        .find((setting) => setting !== undefined)
      const setting = own ?? settingAt(recordedMs, 'partner', scopeKey(code, partnerId, subject))
      return sharedLevels(code, setting?.amount)
    },
  }
}

function levelsOf(code: LimitCode, amount: number | undefined): Level[] {
  if (code !== 'roaming-spend')
    return amount === undefined || amount === 0 ? [] : [level(100, amount)]
  const limit = amount ?? ROAMING_DEFAULT_MICROS
  if (limit === 0) return []
  const next = limit < ROAMING_NEXT_MICROS ? [level(100, ROAMING_NEXT_MICROS)] : []
  return [level(80, limit), level(100, limit), ...next]
}

function level(percent: number, amount: number): Level {
  return { name: `${percent}@${amount}`, threshold: thresholdOf(percent, amount), amount }
}

function scopeKey(code: string, scopeId: string, subject: string): string {
  return `${code}|${scopeId}|${subject}`
}
