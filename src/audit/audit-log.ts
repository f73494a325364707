/**
 * Who did what to what, from which value to which: a log that only grows. An act is noted in the
 * transaction that does it, where it has one.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

export const DOORS = ['cli', 'api', 'portal'] as const
export type Door = (typeof DOORS)[number]

/** Who acts, and from where. */
export interface Visitor {
  /** 'user:ID', 'staff:ID', 'client:ID', or a command at a terminal. */
  readonly name: string
  readonly door: Door
  readonly address: string
  readonly requestId: string
}

export interface Act {
  /** In words that do not change, e.g. 'limit.set'. */
  readonly act: string
  /** What it was done to, e.g. 'limit account-total of account noordzee'. */
  readonly subject: string
  /** Whose data it was; '' where it was nobody's alone. */
  readonly accountId: string
  readonly partnerId: string
  readonly before?: unknown
  readonly after?: unknown
}

export type AuditEntry = Required<Act> &
  Visitor & { readonly entryId: number; readonly atMs: number }

export async function noteAct(
  sql: SqlRunner,
  visitor: Visitor,
  act: Act,
  atMs: number,
): Promise<void> {
  await sql.execute(
    `INSERT INTO audit_log (at_ms, actor, door, act, subject, account_id, partner_id, before, after,
       address, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10, $11)`,
    [
      atMs,
      visitor.name,
      visitor.door,
      act.act,
      act.subject,
      act.accountId,
      act.partnerId,
      act.before === undefined ? null : JSON.stringify(act.before),
      act.after === undefined ? null : JSON.stringify(act.after),
      visitor.address,
      visitor.requestId,
    ],
  )
}

export interface AuditFilter {
  /** Only of these accounts, or of a partner's; everything when neither is given. */
  readonly accountIds?: readonly string[]
  readonly partnerId?: string
  /** Older than this entry: the page that follows. */
  readonly beforeEntryId?: number
  readonly limit: number
}

/** When somebody last did this to an account; undefined where they never did. */
export async function lastActMs(
  sql: SqlRunner,
  { actor, act, accountId }: Pick<Act, 'act' | 'accountId'> & { readonly actor: string },
): Promise<number | undefined> {
  const [last] = await sql.query(
    `SELECT at_ms FROM audit_log WHERE account_id = $1 AND actor = $2 AND act = $3
     ORDER BY entry_id DESC LIMIT 1`,
    [accountId, actor, act],
    z.object({ at_ms: z.int() }),
  )
  return last?.at_ms
}

/** Newest first. */
export function listAudit(sql: SqlRunner, filter: AuditFilter): Promise<AuditEntry[]> {
  return sql.query(
    `SELECT entry_id, at_ms, actor, door, act, subject, account_id, partner_id, before, after,
       address, request_id
     FROM audit_log
     WHERE ($1::text[] IS NULL OR account_id = ANY($1::text[]))
       AND ($2::text IS NULL OR partner_id = $2) AND ($3::bigint IS NULL OR entry_id < $3)
     ORDER BY entry_id DESC LIMIT $4`,
    [
      filter.accountIds ?? null,
      filter.partnerId ?? null,
      filter.beforeEntryId ?? null,
      filter.limit,
    ],
    entryRow,
  )
}

const entryRow = z
  .object({
    entry_id: z.int(),
    at_ms: z.int(),
    actor: z.string(),
    door: z.enum(DOORS),
    act: z.string(),
    subject: z.string(),
    account_id: z.string(),
    partner_id: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    address: z.string(),
    request_id: z.string(),
  })
  .transform((row): AuditEntry => ({
    entryId: row.entry_id,
    atMs: row.at_ms,
    name: row.actor,
    door: row.door,
    act: row.act,
    subject: row.subject,
    accountId: row.account_id,
    partnerId: row.partner_id,
    before: row.before,
    after: row.after,
    address: row.address,
    requestId: row.request_id,
  }))
