/** What a credit note makes too much of a payment becomes a balance of the account again. */
import { z } from 'zod'
import { micros, negateMicros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { lockInvoice } from './open-invoice.ts'
import { assignToInvoice } from './payments.ts'
import type { Actor } from './state-history.ts'

/** The payments that paid last are let go first. Inside a transaction of the caller. */
export async function releaseOverpaid(
  sql: SqlRunner,
  invoiceId: number,
  noted: { readonly actor: Actor; readonly nowMs: number },
): Promise<void> {
  const paid = await sql.query(
    `SELECT payment_id, reference, sum(part.amount_micros)::bigint AS amount_micros
     FROM payment_assignments AS part JOIN payments USING (payment_id)
     WHERE invoice_id = $1 AND reverses_payment_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM payments AS reversal
         WHERE reversal.reverses_payment_id = part.payment_id)
     GROUP BY payment_id, reference ORDER BY payment_id DESC`,
    [invoiceId],
    z.object({ payment_id: z.int(), reference: z.string(), amount_micros: z.int() }),
  )
  for (const { payment_id: paymentId, reference, amount_micros } of paid) {
    const invoice = await lockInvoice(sql, invoiceId)
    if (invoice.openMicros >= 0) return
    const assignedMicros = micros(Math.max(invoice.openMicros, negateMicros(micros(amount_micros))))
    await assignToInvoice(sql, invoice, { ...noted, paymentId, reference, assignedMicros })
  }
}
