/** Journals that were exported: which documents are in which, and their files as they were written. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { Actor } from '../../invoicing/receivables/state-history.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

/** Which documents of a seller are asked for: by their day of issue, both included. */
export interface JournalRange {
  readonly partnerId: string
  readonly fromDay: number
  readonly untilDay: number
}

export interface BookedBatch extends JournalRange {
  readonly batchNumber: number
  readonly target: string
  readonly content: string
  readonly documentsCount: number
  readonly exportedMs: number
}

/** Numbered documents of a range in the order in which they were finalised; only those that no journal has, if asked. */
export async function journalDocuments(
  sql: SqlRunner,
  { partnerId, fromDay, untilDay }: JournalRange,
  onlyNew: boolean,
): Promise<number[]> {
  const rows = await sql.query(
    `SELECT invoice_id FROM invoices
     WHERE partner_id = $1 AND number IS NOT NULL AND issue_day BETWEEN $2 AND $3
       AND NOT ($4 AND EXISTS (SELECT 1 FROM finance_journal_documents AS exported
         WHERE exported.invoice_id = invoices.invoice_id))
     ORDER BY invoice_id`,
    [partnerId, fromDay, untilDay, onlyNew],
    z.object({ invoice_id: z.int() }),
  )
  return rows.map((row) => row.invoice_id)
}

/** Sellers with documents in the range. */
export async function sellersBetween(
  sql: SqlRunner,
  { fromDay, untilDay }: Omit<JournalRange, 'partnerId'>,
): Promise<string[]> {
  const rows = await sql.query(
    `SELECT DISTINCT partner_id FROM invoices
     WHERE number IS NOT NULL AND issue_day BETWEEN $1 AND $2 ORDER BY partner_id`,
    [fromDay, untilDay],
    z.object({ partner_id: z.string() }),
  )
  return rows.map((row) => row.partner_id)
}

/** The number of the next journal of a seller, who is locked: inside the transaction that stores it. */
export async function nextBatchNumber(sql: SqlRunner, partnerId: string): Promise<number> {
  await sql.query(
    'SELECT 1 FROM partners WHERE partner_id = $1 FOR NO KEY UPDATE',
    [partnerId],
    z.unknown(),
  )
  const [row] = await sql.query(
    `SELECT coalesce(max(batch_number), 0) AS last_number FROM finance_journals
     WHERE partner_id = $1`,
    [partnerId],
    z.object({ last_number: z.int() }),
  )
  return (row?.last_number ?? 0) + 1
}

export async function storeBatch(
  sql: SqlRunner,
  batch: Omit<BookedBatch, 'documentsCount'>,
  { invoiceIds, actor }: { readonly invoiceIds: readonly number[]; readonly actor: Actor },
): Promise<void> {
  const { partnerId, batchNumber, target, fromDay, untilDay, content, exportedMs } = batch
  await sql.execute(
    `WITH journal AS (
       INSERT INTO finance_journals (partner_id, batch_number, target, from_day, until_day, content,
         content_sha256, exported_ms, by_whom, door)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING journal_id
     )
     INSERT INTO finance_journal_documents (invoice_id, journal_id)
     SELECT invoice_id, journal_id FROM journal, unnest($11::bigint[]) AS invoice_id`,
    [
      partnerId,
      batchNumber,
      target,
      fromDay,
      untilDay,
      content,
      sha256(content),
      exportedMs,
      actor.by,
      actor.door,
      invoiceIds,
    ],
  )
}

export interface BatchName {
  readonly partnerId: string
  /** The last one of the range and target where no number is given. */
  readonly batchNumber?: number
  readonly last?: Omit<JournalRange, 'partnerId'> & { readonly target: string }
}

/** undefined where there is none. Throws `finance_differs` when the file is not as it was written. */
export async function readBatch(
  sql: SqlRunner,
  { partnerId, batchNumber, last }: BatchName,
): Promise<BookedBatch | undefined> {
  const [row] = await sql.query(
    `SELECT partner_id, batch_number, target, from_day, until_day, content, content_sha256, exported_ms,
       (SELECT count(*) FROM finance_journal_documents AS exported
        WHERE exported.journal_id = finance_journals.journal_id) AS documents_count
     FROM finance_journals
     WHERE partner_id = $1 AND ($2::integer IS NULL OR batch_number = $2)
       AND ($3::integer IS NULL OR (from_day = $3 AND until_day = $4 AND target = $5))
     ORDER BY batch_number DESC LIMIT 1`,
    [
      partnerId,
      batchNumber ?? null,
      last?.fromDay ?? null,
      last?.untilDay ?? null,
      last?.target ?? null,
    ],
    batchRow,
  )
  if (row === undefined) return undefined
  if (sha256(row.content) !== row.content_sha256) {
    const what = `journal ${row.batch_number} of ${partnerId} is not as it was exported`
    throw new TikError('finance_differs', what, {
      hint: 'restore the operations store from its backup',
    })
  }
  return {
    partnerId: row.partner_id,
    batchNumber: row.batch_number,
    target: row.target,
    fromDay: row.from_day,
    untilDay: row.until_day,
    content: row.content,
    documentsCount: row.documents_count,
    exportedMs: row.exported_ms,
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const batchRow = z.object({
  partner_id: z.string(),
  batch_number: z.int(),
  target: z.string(),
  from_day: z.int(),
  until_day: z.int(),
  content: z.string(),
  content_sha256: z.string(),
  exported_ms: z.int(),
  documents_count: z.int(),
})
