/** What is known about invoices beside what stands on them: sent, paid, credited, disputed. */
import { z } from 'zod'
import { micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

export interface ReceivableFacts {
  readonly sentMs: number | undefined
  readonly paidMicros: Micros
  /** What credit notes took back of it. */
  readonly creditedMicros: Micros
  /** 0 = not disputed, or no longer. */
  readonly disputedMicros: Micros
  readonly disputeReason: string
}

export const NOTHING_KNOWN: ReceivableFacts = {
  sentMs: undefined,
  paidMicros: ZERO_MICROS,
  creditedMicros: ZERO_MICROS,
  disputedMicros: ZERO_MICROS,
  disputeReason: '',
}

/** By invoice id. */
export async function receivableFacts(
  sql: SqlRunner,
  invoiceIds: readonly number[],
): Promise<Map<number, ReceivableFacts>> {
  const rows = await sql.query(
    `SELECT asked.invoice_id,
       (SELECT min(at_ms) FROM invoice_states AS sent
        WHERE sent.invoice_id = asked.invoice_id AND sent.state = 'sent') AS sent_ms,
       coalesce((SELECT sum(amount_micros) FROM payment_assignments AS paid
         WHERE paid.invoice_id = asked.invoice_id), 0)::bigint AS paid_micros,
       coalesce((SELECT sum(gross_micros) FROM invoices AS credit
         WHERE credit.corrects_invoice_id = asked.invoice_id), 0)::bigint AS credited_micros,
       coalesce(dispute.amount_micros, 0)::bigint AS disputed_micros,
       coalesce(dispute.note, '') AS dispute_reason
     FROM unnest($1::bigint[]) AS asked (invoice_id)
     LEFT JOIN LATERAL (SELECT state, amount_micros, note FROM invoice_states AS noted
       WHERE noted.invoice_id = asked.invoice_id AND state IN ('disputed', 'dispute-resolved')
       ORDER BY state_id DESC LIMIT 1) AS dispute ON dispute.state = 'disputed'`,
    [invoiceIds],
    z.object({
      invoice_id: z.int(),
      sent_ms: z.int().nullable(),
      paid_micros: z.int(),
      credited_micros: z.int(),
      disputed_micros: z.int(),
      dispute_reason: z.string(),
    }),
  )
  return new Map(
    rows.map((row) => [
      row.invoice_id,
      {
        sentMs: row.sent_ms ?? undefined,
        paidMicros: micros(row.paid_micros),
        creditedMicros: micros(row.credited_micros),
        disputedMicros: micros(row.disputed_micros),
        disputeReason: row.dispute_reason,
      },
    ]),
  )
}
