/**
 * Limits as customers and partners manage them: which value holds and where it comes from, setting
 * a value of one's own, going back to the default. Every change is audited.
 */
import { z } from 'zod'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory, LimitCode, LimitSetting } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  LIMIT_KINDS,
  LISTED_LIMITS,
  MODULE_LIMIT,
  type LimitUnit,
} from '../../limits/limit-kinds.ts'
import { readLevels } from '../../limits/limit-levels.ts'
import { createLimitIndex, type EffectiveLimit } from '../../limits/effective-limit.ts'
import { auditLimitChange, isSameValue } from './import-limits.ts'
import { formatLimitLevels, parseLimitLevels } from '../../limits/limit-level-text.ts'
import { limitCodeSchema } from '../../limits/limit-code.ts'
import { assertSettable, checkLimitAmount, limitUnitOf } from './limit-rules.ts'
import { parseLimitAmount } from '../../limits/limit-amount.ts'
import { readLimitSettings } from '../store/load-directory.ts'
import type { OperationsStore, SqlRunner } from '../../postgres/operations-store.ts'

/** One limit that may be set for an account or one of its subscriptions. */
export interface ListedLimit extends EffectiveLimit {
  readonly code: LimitCode
  readonly subject: string
  /** '' for the value of the account, which holds for all of its subscriptions. */
  readonly subscriptionId: string
  readonly unit: LimitUnit
}

/** Whose value of which limit. */
export interface LimitKey {
  readonly code: LimitCode
  readonly subject: string
  readonly scopeKind: LimitSetting['scopeKind']
  readonly scopeId: string
}

export interface LimitEditor {
  readonly changedBy: string
  readonly atMs: number
}

/** All limits of an account with the value that holds, and own values of its subscriptions. */
export function listLimits(
  { directory, catalogue }: { directory: Directory; catalogue: Catalogue },
  accountId: string,
  atMs: number,
): ListedLimit[] {
  if (!directory.accounts.has(accountId)) {
    throw new TikError('not_found', `there is no account "${accountId}"`)
  }
  const index = createLimitIndex(directory)
  const subscriptions = directory.subscriptions.filter((one) => one.accountId === accountId)
  const moduleIds = new Set(
    subscriptions.flatMap(({ modules }) => modules.map(({ moduleId }) => moduleId)),
  )
  const watched = [...moduleIds].filter((id) => catalogue.modules.get(id)?.limit !== undefined)
  const subjects = [
    ...LISTED_LIMITS,
    ...watched.sort().map((subject) => ({ code: MODULE_LIMIT, subject })),
  ]
  return subjects.flatMap(({ code, subject }) => {
    const unit = limitUnitOf(code, subject, catalogue)
    const target = { code, subject, accountId }
    const ofAccount = index.effectiveAt({ ...target, subscriptionId: '' }, atMs)
    const own = subscriptions.flatMap(({ subscriptionId }) => {
      const effective = index.effectiveAt({ ...target, subscriptionId }, atMs)
      if (effective.scopeKind !== 'subscription') return []
      return [{ code, subject, subscriptionId, unit, ...effective }]
    })
    return [{ code, subject, subscriptionId: '', unit, ...ofAccount }, ...own]
  })
}

/**
 * Sets a value of one's own from `editor.atMs` on; "0" switches the limit off. Throws
 * `limit_invalid` for a wrong unit or a value between two steps, naming the nearest two.
 */
export async function setLimit(
  store: OperationsStore,
  context: { directory: Directory; catalogue: Catalogue },
  change: {
    key: LimitKey
    amount: string
    action?: LimitSetting['action']
    /** As `parseLimitLevels` reads them; absent = as they were. */
    levels?: string
  },
  editor: LimitEditor,
): Promise<LimitSetting> {
  const { key } = change
  assertScope(key, context.directory)
  const product = productOf(key, context.directory)
  const amount = checkLimitAmount(key, parseLimitAmount(change.amount), context.catalogue)
  const unit = limitUnitOf(key.code, key.subject, context.catalogue)
  return store.transaction(async (sql) => {
    const current = await openSetting(sql, key)
    const action = change.action ?? current?.action ?? 'notify'
    assertSettable(key, { action, product })
    const levels = levelsOf(change.levels, { amount, unit, current: current?.levels ?? '' })
    const { everyAmount } = readLevels(levels)
    checkLimitAmount(key, { amount: everyAmount, unit }, context.catalogue)
    const value = { amount, action, levels }
    const setting: LimitSetting = { ...key, ...value, fromMs: editor.atMs, toMs: Infinity }
    if (current !== undefined && isSameValue(current, value)) return current
    await closeSetting(sql, key, editor.atMs)
    await sql.execute(
      `INSERT INTO limit_settings (code, scope_kind, scope_id, subject, from_ms, amount, action,
         levels)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [...keyValues(key), editor.atMs, amount, action, levels],
    )
    await auditLimitChange(sql, { ...key, previous: current, ...value, ...editor })
    return setting
  })
}

/** What is not said stays; it is checked anew against another amount, unless that switches the limit off. */
function levelsOf(
  written: string | undefined,
  { current, ...limit }: { amount: number; unit: LimitUnit; current: string },
): string {
  if (written !== undefined) return parseLimitLevels(written, limit)
  if (limit.amount === 0) return current
  return parseLimitLevels(formatLimitLevels(current, limit.unit), limit)
}

/** Back to the default: removes one's own value. Returns false when there was none. */
export async function unsetLimit(
  store: OperationsStore,
  key: LimitKey,
  editor: LimitEditor,
): Promise<boolean> {
  return store.transaction(async (sql) => {
    const current = await openSetting(sql, key)
    if (current === undefined) return false
    await closeSetting(sql, key, editor.atMs)
    const removed = { amount: undefined, action: undefined, levels: undefined }
    await auditLimitChange(sql, { ...key, previous: current, ...removed, ...editor })
    return true
  })
}

const changeRow = z.object({
  changedBy: z.string(),
  atMs: z.int(),
  code: limitCodeSchema,
  scopeKind: z.string(),
  scopeId: z.string(),
  subject: z.string(),
  fromAmount: z.int().nullable(),
  fromAction: z.string().nullable(),
  fromLevels: z.string().nullable(),
  toAmount: z.int().nullable(),
  toAction: z.string().nullable(),
  toLevels: z.string().nullable(),
})
/** One audited change; an amount of null = no own value. */
export type LimitChangeRow = z.output<typeof changeRow>

const CHANGES_SHOWN_MAX = 10_000

/** Who changed what of these scopes (account, subscriptions, partner), newest first. */
export async function limitChanges(
  store: OperationsStore,
  scopes: readonly Pick<LimitKey, 'scopeKind' | 'scopeId'>[],
): Promise<LimitChangeRow[]> {
  return store.query(
    `SELECT changed_by AS "changedBy", at_ms AS "atMs", code,
       scope_kind AS "scopeKind", scope_id AS "scopeId", subject,
       from_amount AS "fromAmount", from_action AS "fromAction", from_levels AS "fromLevels",
       to_amount AS "toAmount", to_action AS "toAction", to_levels AS "toLevels"
     FROM limit_changes
     WHERE (scope_kind, scope_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY change_id DESC LIMIT ${CHANGES_SHOWN_MAX}`,
    [scopes.map(({ scopeKind }) => scopeKind), scopes.map(({ scopeId }) => scopeId)],
    changeRow,
  )
}

/** The settings as they are now: for a directory that was loaded before a change. */
export async function currentLimits(store: OperationsStore): Promise<LimitSetting[]> {
  return readLimitSettings(store)
}

async function openSetting(sql: SqlRunner, key: LimitKey): Promise<LimitSetting | undefined> {
  const [row] = await sql.query(
    `SELECT amount, action, levels, from_ms AS "fromMs" FROM limit_settings
     WHERE code = $1 AND scope_kind = $2 AND scope_id = $3 AND subject = $4 AND to_ms IS NULL
     FOR UPDATE`,
    keyValues(key),
    z.object({
      amount: z.int(),
      action: z.enum(['notify', 'block']),
      levels: z.string(),
      fromMs: z.int(),
    }),
  )
  return row === undefined ? undefined : { ...key, ...row, toMs: Infinity }
}

/** A value that is changed again within its first millisecond never held. */
async function closeSetting(sql: SqlRunner, key: LimitKey, atMs: number): Promise<void> {
  const where =
    'WHERE code = $1 AND scope_kind = $2 AND scope_id = $3 AND subject = $4 AND to_ms IS NULL'
  await sql.execute(`DELETE FROM limit_settings ${where} AND from_ms >= $5`, [
    ...keyValues(key),
    atMs,
  ])
  await sql.execute(`UPDATE limit_settings SET to_ms = $5 ${where}`, [...keyValues(key), atMs])
}

function keyValues({ code, scopeKind, scopeId, subject }: LimitKey): string[] {
  return [code, scopeKind, scopeId, subject]
}

function productOf({ scopeKind, scopeId }: LimitKey, { subscriptions }: Directory) {
  if (scopeKind !== 'subscription') return undefined
  return subscriptions.find(({ subscriptionId }) => subscriptionId === scopeId)?.product
}

function assertScope({ code, scopeKind, scopeId }: LimitKey, directory: Directory): void {
  if (scopeKind === 'subscription' && LIMIT_KINDS[code].scope === 'account') {
    throw new TikError('not_found', `${code} is a limit of accounts, not of "${scopeId}"`, {
      hint: 'name the account',
    })
  }
  const exists = {
    partner: () => directory.partners.has(scopeId),
    account: () => directory.accounts.has(scopeId),
    subscription: () => directory.subscriptions.some((one) => one.subscriptionId === scopeId),
  }[scopeKind]
  if (!exists()) throw new TikError('not_found', `there is no ${scopeKind} "${scopeId}"`)
}
