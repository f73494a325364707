/** The invoice of an account's bill-to before another one, whole: what that one is compared with. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { billToOf, type Invoice } from '../invoice-model.ts'
import { fromInvoiceText } from './invoice-text.ts'

/** Of the latest period before, or the credit note that closed it; undefined for the first. */
export async function previousInvoice(
  sql: Pick<SqlRunner, 'query'>,
  { customer, period }: Pick<Invoice, 'customer' | 'period'>,
): Promise<Invoice | undefined> {
  const [row] = await sql.query(
    `SELECT model FROM invoices
     WHERE account_id = $1 AND period_start_day < $2 AND bill_to_id = $3
       AND (kind = 'invoice' OR model::jsonb ->> 'credits' = 'period')
     ORDER BY period_start_day DESC, invoice_id DESC LIMIT 1`,
    [customer.accountId, period.startDay, billToOf({ customer })],
    z.object({ model: z.string() }),
  )
  return row === undefined ? undefined : fromInvoiceText(row.model)
}
