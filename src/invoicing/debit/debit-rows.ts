/** Batches of direct debits in the operations store, what they collect, and what of it went back. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { NOTHING_KNOWN, receivableFacts } from '../receivables/receivable-facts.ts'
import { openMicrosOf } from '../receivables/invoice-standing.ts'
import type { Actor } from '../receivables/state-history.ts'
import type { DebitCollection } from './pain-008.ts'

export interface DebitBatch {
  readonly partnerId: string
  readonly batchNumber: number
  readonly messageId: string
  readonly collectionDay: number
  readonly totalMicros: Micros
  readonly count: number
  /** The file. */
  readonly content: string
  readonly writtenMs: number
}

export interface OpenToCollect {
  readonly invoiceId: number
  readonly number: string
  readonly accountId: string
  /** Whose site it is for; '' = the account itself. */
  readonly billToId: string
  readonly dueDay: number
  readonly openMicros: Micros
  readonly disputedMicros: Micros
  readonly sentMs: number | undefined
  /** The bank has not said that its last collection went back. */
  readonly isCollected: boolean
  readonly triesCount: number
}

/** Invoices of these accounts of which something is to be paid, the oldest first. */
export async function openInvoices(
  sql: SqlRunner,
  partnerId: string,
  accountIds: readonly string[],
): Promise<OpenToCollect[]> {
  const rows = await sql.query(
    `SELECT invoice_id, number, account_id, bill_to_id, due_day, gross_micros,
       (SELECT count(*) FROM debit_collections AS collected
        WHERE collected.invoice_id = invoices.invoice_id) AS tries_count,
       EXISTS (SELECT 1 FROM debit_collections AS collected
         WHERE collected.invoice_id = invoices.invoice_id AND NOT EXISTS (SELECT 1
           FROM debit_returns AS gone WHERE gone.end_to_end_id = collected.end_to_end_id))
         AS is_collected
     FROM invoices
     WHERE partner_id = $1 AND kind = 'invoice' AND number IS NOT NULL AND gross_micros > 0
       AND status <> 'credited' AND account_id = ANY($2::text[])
     ORDER BY invoice_id`,
    [partnerId, accountIds],
    openRow,
  )
  const facts = await receivableFacts(
    sql,
    rows.map((row) => row.invoice_id),
  )
  return rows.flatMap((row) => {
    const known = facts.get(row.invoice_id) ?? NOTHING_KNOWN
    const { sentMs, disputedMicros } = known
    const { number, due_day: dueDay } = row
    const grossMicros = micros(row.gross_micros)
    const openMicros = openMicrosOf({ ...known, grossMicros })
    if (openMicros <= 0) return []
    return [
      {
        invoiceId: row.invoice_id,
        number,
        accountId: row.account_id,
        billToId: row.bill_to_id,
        dueDay,
        openMicros,
        disputedMicros,
        sentMs,
        isCollected: row.is_collected,
        triesCount: row.tries_count,
      },
    ]
  })
}

/** Mandates of the seller under which something was collected and did not go back. */
export async function usedMandates(sql: SqlRunner, partnerId: string): Promise<Set<string>> {
  const rows = await sql.query(
    `SELECT DISTINCT mandate_id FROM debit_collections JOIN debit_batches USING (batch_id)
     WHERE partner_id = $1 AND NOT EXISTS (SELECT 1 FROM debit_returns AS gone
       WHERE gone.end_to_end_id = debit_collections.end_to_end_id)`,
    [partnerId],
    z.object({ mandate_id: z.string() }),
  )
  return new Set(rows.map((row) => row.mandate_id))
}

/** The number of the next batch of a seller, who is locked: inside the transaction that stores it. */
export async function nextDebitNumber(sql: SqlRunner, partnerId: string): Promise<number> {
  await sql.query(
    'SELECT 1 FROM partners WHERE partner_id = $1 FOR NO KEY UPDATE',
    [partnerId],
    z.unknown(),
  )
  const [row] = await sql.query(
    `SELECT coalesce(max(batch_number), 0) AS last_number FROM debit_batches WHERE partner_id = $1`,
    [partnerId],
    z.object({ last_number: z.int() }),
  )
  return (row?.last_number ?? 0) + 1
}

export async function storeDebits(
  sql: SqlRunner,
  batch: DebitBatch,
  {
    collections,
    actor,
  }: {
    readonly collections: readonly (DebitCollection & { readonly paymentInfoId: string })[]
    readonly actor: Actor
  },
): Promise<void> {
  await sql.execute(
    `WITH batch AS (
       INSERT INTO debit_batches (partner_id, batch_number, message_id, collection_day, total_micros,
         content, content_sha256, written_ms, by_whom, door)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING batch_id
     )
     INSERT INTO debit_collections (end_to_end_id, batch_id, payment_info_id, invoice_id,
       amount_micros, mandate_id, iban, sequence)
     SELECT "endToEndId", batch_id, "paymentInfoId", "invoiceId", "amountMicros", "mandateId", iban,
       sequence
     FROM batch, jsonb_to_recordset($11::jsonb) AS collection ("endToEndId" text,
       "paymentInfoId" text, "invoiceId" bigint, "amountMicros" bigint, "mandateId" text, iban text,
       sequence text)`,
    [
      batch.partnerId,
      batch.batchNumber,
      batch.messageId,
      batch.collectionDay,
      batch.totalMicros,
      batch.content,
      sha256(batch.content),
      batch.writtenMs,
      actor.by,
      actor.door,
      JSON.stringify(collections),
    ],
  )
}

/** Throws `not_found`, and `finance_differs` when the file is not as it was written. */
export async function readDebitBatch(
  sql: SqlRunner,
  { partnerId, batchNumber }: { readonly partnerId: string; readonly batchNumber: number },
): Promise<DebitBatch> {
  const [row] = await sql.query(
    `SELECT message_id, collection_day, total_micros, content, content_sha256, written_ms,
       (SELECT count(*) FROM debit_collections AS own WHERE own.batch_id = debit_batches.batch_id)
         AS collections_count
     FROM debit_batches WHERE partner_id = $1 AND batch_number = $2`,
    [partnerId, batchNumber],
    batchRow,
  )
  if (row === undefined) {
    throw new TikError('not_found', `there is no batch ${batchNumber} of ${partnerId}`)
  }
  if (sha256(row.content) !== row.content_sha256) {
    throw new TikError('finance_differs', `batch ${row.message_id} is not as it was written`, {
      hint: 'restore the operations store from its backup',
    })
  }
  return {
    partnerId,
    batchNumber,
    messageId: row.message_id,
    collectionDay: row.collection_day,
    totalMicros: micros(row.total_micros),
    count: row.collections_count,
    content: row.content,
    writtenMs: row.written_ms,
  }
}

export interface Collected {
  readonly invoiceId: number
  readonly endToEndId: string
  readonly amountMicros: Micros
  readonly partnerId: string
  readonly isReturned: boolean
}

/** Invoices of collections that one of these ids names: of one, or of a whole part of a batch. */
export async function collectedByIds(sql: SqlRunner, ids: readonly string[]): Promise<Collected[]> {
  if (ids.length === 0) return []
  const rows = await sql.query(
    `SELECT invoice_id, end_to_end_id, collection.amount_micros, partner_id,
       EXISTS (SELECT 1 FROM debit_returns AS gone
         WHERE gone.end_to_end_id = collection.end_to_end_id) AS is_returned
     FROM debit_collections AS collection JOIN debit_batches USING (batch_id)
     WHERE end_to_end_id = ANY($1::text[]) OR payment_info_id = ANY($1::text[])
     ORDER BY invoice_id`,
    [ids],
    collectedRow,
  )
  return rows.map((row) => ({
    invoiceId: row.invoice_id,
    endToEndId: row.end_to_end_id,
    amountMicros: micros(row.amount_micros),
    partnerId: row.partner_id,
    isReturned: row.is_returned,
  }))
}

/** Notes once that a collection went back. */
export async function noteDebitReturn(
  sql: SqlRunner,
  endToEndId: string,
  noted: {
    readonly reasonCode: string
    readonly onDay: number
    readonly bankEntryId: number | undefined
    readonly nowMs: number
    readonly actor: Actor
  },
): Promise<void> {
  await sql.execute(
    `INSERT INTO debit_returns (end_to_end_id, reason_code, on_day, bank_entry_id, noted_ms, by_whom,
       door)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (end_to_end_id) DO NOTHING`,
    [
      endToEndId,
      noted.reasonCode,
      noted.onDay,
      noted.bankEntryId ?? null,
      noted.nowMs,
      noted.actor.by,
      noted.actor.door,
    ],
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const openRow = z.object({
  invoice_id: z.int(),
  number: z.string(),
  account_id: z.string(),
  bill_to_id: z.string(),
  due_day: z.int(),
  gross_micros: z.int(),
  tries_count: z.int(),
  is_collected: z.boolean(),
})

const collectedRow = z.object({
  invoice_id: z.int(),
  end_to_end_id: z.string(),
  amount_micros: z.int(),
  partner_id: z.string(),
  is_returned: z.boolean(),
})

const batchRow = z.object({
  message_id: z.string(),
  collection_day: z.int(),
  total_micros: z.int(),
  content: z.string(),
  content_sha256: z.string(),
  written_ms: z.int(),
  collections_count: z.int(),
})
