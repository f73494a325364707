/** Days that finance closed: their figures as they were then, kept as text with its SHA-256 and never changed. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import { PRODUCTS } from '../../core/usage/usage.ts'
import type { Actor } from '../../invoicing/receivables/state-history.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { CHARGE_KINDS } from '../ledger-accounts.ts'
import type { FinanceFigures } from './finance-figures.ts'

export interface FinanceSnapshot extends FinanceFigures {
  readonly closedMs: number
  readonly actor: Actor
}

/** Keeps the figures of a day. Returns whether it was not closed before: then those of before stand. */
export async function storeSnapshot(
  sql: SqlRunner,
  figures: FinanceFigures,
  { closedMs, actor }: Pick<FinanceSnapshot, 'closedMs' | 'actor'>,
): Promise<boolean> {
  const text = JSON.stringify({ figures: figures.figures, rejects: figures.rejects })
  const added = await sql.execute(
    `INSERT INTO finance_snapshots (as_of_day, cut_off_id, last_invoice_id, figures, figures_sha256,
       closed_ms, by_whom, door)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (as_of_day) DO NOTHING`,
    [
      figures.day,
      figures.cutOffId,
      figures.lastInvoiceId,
      text,
      sha256(text),
      closedMs,
      actor.by,
      actor.door,
    ],
  )
  return added === 1
}

/** undefined where the day was not closed. Throws `finance_differs` when the figures are not as they were stored. */
export async function readSnapshot(
  sql: SqlRunner,
  day: number,
): Promise<FinanceSnapshot | undefined> {
  const [row] = await sql.query(
    `SELECT as_of_day, cut_off_id, last_invoice_id, figures, figures_sha256, closed_ms, by_whom, door
     FROM finance_snapshots WHERE as_of_day = $1`,
    [day],
    snapshotRow,
  )
  if (row === undefined) return undefined
  if (sha256(row.figures) !== row.figures_sha256) {
    const what = `the figures of ${dayToIso(day)} are not as they were closed`
    throw new TikError('finance_differs', what, {
      hint: 'restore the operations store from its backup',
    })
  }
  return {
    day: row.as_of_day,
    cutOffId: row.cut_off_id,
    lastInvoiceId: row.last_invoice_id,
    ...storedFigures.parse(JSON.parse(row.figures)),
    closedMs: row.closed_ms,
    actor: { by: row.by_whom, door: row.door },
  }
}

/** Ascending. */
export async function closedDays(sql: SqlRunner): Promise<number[]> {
  const rows = await sql.query(
    'SELECT as_of_day FROM finance_snapshots ORDER BY as_of_day',
    [],
    z.object({ as_of_day: z.int() }),
  )
  return rows.map((row) => row.as_of_day)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const money = z.int().transform((count) => micros(count))

const storedFigures = z.object({
  figures: z.array(
    z.object({
      accountId: z.string(),
      partnerId: z.string(),
      kind: z.enum(CHARGE_KINDS),
      product: z.enum(PRODUCTS),
      ledgerAccount: z.string(),
      usedMicros: money,
      billedMicros: money,
      unbilledMicros: money,
      lateMicros: money,
      dueMicros: money,
      invoicedMicros: money,
      deferredMicros: money,
    }),
  ),
  rejects: z.array(
    z.object({ reason: z.string(), recordsCount: z.int(), estimateMicros: money.optional() }),
  ),
})

const snapshotRow = z.object({
  as_of_day: z.int(),
  cut_off_id: z.string(),
  last_invoice_id: z.int(),
  figures: z.string(),
  figures_sha256: z.string(),
  closed_ms: z.int(),
  by_whom: z.string(),
  door: z.string(),
})
