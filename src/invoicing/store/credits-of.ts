/** The credit notes of an invoice, as they were finalised. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { CreditNote } from '../invoice-model.ts'
import { fromInvoiceText } from './invoice-text.ts'

/** In the order in which they were made. Throws `invoice_invalid` when a stored text is no invoice. */
export async function creditsOf(sql: SqlRunner, invoiceId: number): Promise<CreditNote[]> {
  const texts = await sql.query(
    'SELECT model FROM invoices WHERE corrects_invoice_id = $1 ORDER BY invoice_id',
    [invoiceId],
    z.object({ model: z.string() }),
  )
  return texts.flatMap(({ model }) => {
    const note = fromInvoiceText(model)
    return note.kind === 'credit-note' ? [note] : []
  })
}
