/** An invoice whose money is to change: found within a transaction, with its account locked. */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { openMicrosOf } from './invoice-standing.ts'
import { NOTHING_KNOWN, receivableFacts, type ReceivableFacts } from './receivable-facts.ts'

export interface OpenInvoice extends ReceivableFacts {
  readonly invoiceId: number
  readonly number: string
  readonly partnerId: string
  readonly accountId: string
  readonly grossMicros: Micros
  readonly openMicros: Micros
}

/** Whoever changes the money of an account takes turns. Throws `payment_refused` for what nobody owes. */
export async function lockInvoice(sql: SqlRunner, invoiceId: number): Promise<OpenInvoice> {
  await sql.query(
    `SELECT 1 FROM accounts
     WHERE account_id = (SELECT account_id FROM invoices WHERE invoice_id = $1) FOR NO KEY UPDATE`,
    [invoiceId],
    z.unknown(),
  )
  const [row] = await sql.query(
    `SELECT kind, number, partner_id, account_id, gross_micros FROM invoices
     WHERE invoice_id = $1 AND number IS NOT NULL`,
    [invoiceId],
    invoiceRow,
  )
  if (row === undefined) throw new TikError('not_found', `there is no invoice ${invoiceId}`)
  const { number, kind } = row
  if (kind !== 'invoice') {
    throw new TikError('payment_refused', `${number} is a credit note: nobody owes it`)
  }
  const facts = (await receivableFacts(sql, [invoiceId])).get(invoiceId) ?? NOTHING_KNOWN
  const grossMicros = micros(row.gross_micros)
  const openMicros = openMicrosOf({ ...facts, grossMicros })
  const { partner_id: partnerId, account_id: accountId } = row
  return { ...facts, invoiceId, number, partnerId, accountId, grossMicros, openMicros }
}

const invoiceRow = z.object({
  kind: z.enum(['invoice', 'credit-note']),
  number: z.string(),
  partner_id: z.string(),
  account_id: z.string(),
  gross_micros: z.int(),
})
