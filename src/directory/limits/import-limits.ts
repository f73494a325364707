/**
 * The limits of a document, brought in beside what customers changed since: a setting of the
 * document holds from its own date on, and a later change by somebody else stays.
 */
import type { LimitSetting } from '../../core/accounts/accounts.ts'
import { validAt } from '../../core/time/validity.ts'
import { differencesOf } from '../differences-of.ts'
import type { ImportCounts } from '../store/import-directory.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

/** Writes what differs (nothing when `sql` is undefined) with an audit line for each. */
export async function importLimits(
  sql: SqlRunner | undefined,
  limits: { before: readonly LimitSetting[]; after: readonly LimitSetting[] },
  by: { changedBy: string; atMs: number },
): Promise<ImportCounts> {
  const history = new Map<string, LimitSetting[]>()
  for (const setting of limits.before) {
    history.set(limitIdentity(setting), [...(history.get(limitIdentity(setting)) ?? []), setting])
  }
  const added: string[] = []
  const changed: string[] = []
  const differences: string[] = []
  for (const setting of limits.after) {
    const key = limitIdentity(setting)
    const settings = history.get(key) ?? []
    const same = settings.find(({ fromMs }) => fromMs === setting.fromMs)
    if (same !== undefined && isSameValue(same, setting)) continue
    const name = key.replaceAll('|', ' ').trim()
    ;(same === undefined ? added : changed).push(name)
    differences.push(...(same === undefined ? [] : differencesOf(name, same, setting)))
    if (sql === undefined) continue
    await writeSetting(sql, setting, settings)
    const previous = same ?? validAt(settings, setting.fromMs)
    await auditLimitChange(sql, { ...setting, previous, ...by })
    const rest = settings.filter(({ fromMs }) => fromMs !== setting.fromMs)
    history.set(key, [...rest, setting])
  }
  const unchanged = limits.after.length - added.length - changed.length
  return { added, changed, unchanged, differences }
}

/** Whether two settings of one limit say the same. */
export function isSameValue(
  left: Pick<LimitSetting, 'amount' | 'action' | 'levels'>,
  right: Pick<LimitSetting, 'amount' | 'action' | 'levels'>,
): boolean {
  return (
    left.amount === right.amount &&
    left.action === right.action &&
    (left.levels ?? '') === (right.levels ?? '')
  )
}

type LimitIdentity = Pick<LimitSetting, 'code' | 'scopeKind' | 'scopeId' | 'subject'>

/** What one change of a limit was: `previous` undefined = there was none, amount undefined = removed. */
export interface LimitChange extends LimitIdentity {
  readonly previous: Pick<LimitSetting, 'amount' | 'action' | 'levels'> | undefined
  readonly amount: number | undefined
  readonly action: LimitSetting['action'] | undefined
  readonly levels?: string | undefined
  readonly changedBy: string
  readonly atMs: number
}

export async function auditLimitChange(sql: SqlRunner, change: LimitChange): Promise<void> {
  await sql.execute(
    `INSERT INTO limit_changes (changed_by, at_ms, code, scope_kind, scope_id, subject,
                                from_amount, from_action, from_levels,
                                to_amount, to_action, to_levels)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      change.changedBy,
      change.atMs,
      change.code,
      change.scopeKind,
      change.scopeId,
      change.subject,
      change.previous?.amount ?? null,
      change.previous?.action ?? null,
      change.previous?.levels ?? null,
      change.amount ?? null,
      change.action ?? null,
      change.levels ?? null,
    ],
  )
}

/** The setting before it ends where it starts; it ends where the next one starts. */
async function writeSetting(
  sql: SqlRunner,
  setting: LimitSetting,
  others: readonly LimitSetting[],
): Promise<void> {
  const key = [setting.code, setting.scopeKind, setting.scopeId, setting.subject]
  const later = others.map(({ fromMs }) => fromMs).filter((fromMs) => fromMs > setting.fromMs)
  const toMs = Math.min(setting.toMs, ...later)
  await sql.execute(
    `UPDATE limit_settings SET to_ms = $5
     WHERE code = $1 AND scope_kind = $2 AND scope_id = $3 AND subject = $4
       AND from_ms < $5 AND (to_ms IS NULL OR to_ms > $5)`,
    [...key, setting.fromMs],
  )
  await sql.execute(
    `INSERT INTO limit_settings (code, scope_kind, scope_id, subject, from_ms, to_ms, amount, action,
       levels)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (code, scope_kind, scope_id, subject, from_ms)
     DO UPDATE SET to_ms = excluded.to_ms, amount = excluded.amount, action = excluded.action,
       levels = excluded.levels`,
    [
      ...key,
      setting.fromMs,
      toMs === Infinity ? null : toMs,
      setting.amount,
      setting.action,
      setting.levels ?? '',
    ],
  )
}

/** What makes it the same limit of the same scope, whatever its value. */
export function limitIdentity({ code, scopeKind, scopeId, subject }: LimitIdentity): string {
  return `${code}|${scopeKind}|${scopeId}|${subject}`
}
