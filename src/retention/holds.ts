/** What retention leaves alone while it is disputed: everything of an account. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

export interface RetentionHold {
  readonly holdId: number
  readonly accountId: string
  /** '' where the account as such is held. */
  readonly invoiceNumber: string
  readonly reason: string
  readonly heldBy: string
  readonly heldMs: number
}

export async function addHold(
  sql: SqlRunner,
  hold: Omit<RetentionHold, 'holdId'>,
): Promise<number> {
  const [row] = await sql.query(
    `INSERT INTO retention_holds (account_id, invoice_number, reason, held_by, held_ms)
     VALUES ($1, $2, $3, $4, $5) RETURNING hold_id`,
    [hold.accountId, hold.invoiceNumber, hold.reason, hold.heldBy, hold.heldMs],
    z.object({ hold_id: z.int() }),
  )
  return row?.hold_id ?? 0
}

/** Those that hold, oldest first. */
export function openHolds(sql: SqlRunner): Promise<RetentionHold[]> {
  return sql.query(
    `SELECT hold_id AS "holdId", account_id AS "accountId", invoice_number AS "invoiceNumber", reason,
       held_by AS "heldBy", held_ms AS "heldMs"
     FROM retention_holds WHERE released_ms IS NULL ORDER BY hold_id`,
    [],
    z.object({
      holdId: z.int(),
      accountId: z.string(),
      invoiceNumber: z.string(),
      reason: z.string(),
      heldBy: z.string(),
      heldMs: z.int(),
    }),
  )
}

export async function releaseHold(sql: SqlRunner, holdId: number, nowMs: number): Promise<void> {
  await sql.execute(
    'UPDATE retention_holds SET released_ms = $2 WHERE hold_id = $1 AND released_ms IS NULL',
    [holdId, nowMs],
  )
}
