/** Notes what was done to an invoice, in the transaction that does it. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { withinTransaction } from '../../postgres/within-transaction.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

export async function noteInvoiceAct(
  { caller }: Pick<Desk, 'caller'>,
  sql: SqlRunner,
  invoiceId: number,
  { act, after }: { readonly act: string; readonly after: unknown },
): Promise<void> {
  const [invoice] = await sql.query(
    `SELECT number, account_id AS "accountId", partner_id AS "partnerId" FROM invoices
     WHERE invoice_id = $1`,
    [invoiceId],
    z.object({ number: z.string(), accountId: z.string(), partnerId: z.string() }),
  )
  if (invoice === undefined) throw new Error('an invoice that something was done to is there')
  const { number, ...whose } = invoice
  const noted = { act, subject: `invoice ${number}`, ...whose, after }
  await note({ operations: withinTransaction(sql), caller }, noted)
}
