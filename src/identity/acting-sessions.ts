/**
 * Support that acts for a customer: for a while, one account at a time, after the caller was verified. Without it
 * staff only look at a customer's pages.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

/** How support made sure of who called. */
export const VERIFICATIONS = [
  'call-back',
  'mailed-code',
  'invoice',
  'in-person',
  'colleague',
] as const
export type Verification = (typeof VERIFICATIONS)[number]

/** A call is over by then; who is not done verifies once more. */
export const ACTING_MS_MAX = 30 * 60_000

export interface Acting {
  readonly accountId: string
  readonly verifiedBy: Verification
  readonly remark: string
  readonly sinceMs: number
}

/** undefined where it never began, or has run out. */
export async function actingOf(
  sql: SqlRunner,
  sessionId: string,
  nowMs: number,
): Promise<Acting | undefined> {
  const [acting] = await sql.query(
    `SELECT account_id AS "accountId", verified_by AS "verifiedBy", remark, since_ms AS "sinceMs"
     FROM acting_sessions WHERE session_id = $1 AND since_ms > $2`,
    [sessionId, nowMs - ACTING_MS_MAX],
    z.object({
      accountId: z.string(),
      verifiedBy: z.enum(VERIFICATIONS),
      remark: z.string(),
      sinceMs: z.int(),
    }),
  )
  return acting
}

/** Ends what it was before. */
export async function setActing(
  sql: SqlRunner,
  sessionId: string,
  { accountId, verifiedBy, remark, sinceMs }: Acting,
): Promise<void> {
  await sql.execute(
    `INSERT INTO acting_sessions (session_id, account_id, verified_by, remark, since_ms)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session_id) DO UPDATE
     SET account_id = $2, verified_by = $3, remark = $4, since_ms = $5`,
    [sessionId, accountId, verifiedBy, remark, sinceMs],
  )
}

export async function dropActing(sql: SqlRunner, sessionId: string): Promise<void> {
  await sql.execute('DELETE FROM acting_sessions WHERE session_id = $1', [sessionId])
}
