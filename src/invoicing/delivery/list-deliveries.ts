/** The e-invoices of a month and what became of each. */
import { join } from 'node:path'
import { z } from 'zod'
import type { BillingParts } from '../run/billing.ts'
import { DELIVERY_STATES, type DeliveryState } from './delivery-states.ts'

export interface Delivery {
  readonly invoiceId: number
  readonly number: string
  readonly partnerId: string
  readonly accountId: string
  readonly state: DeliveryState
  readonly reason: string
  readonly sinceMs: number
  /** Of the document, absolute. */
  readonly path: string
  readonly sha256: string
}

/** In the order of the invoices. */
export function listDeliveries(
  { operations, documentsFolder }: Pick<BillingParts, 'operations' | 'documentsFolder'>,
  filter: { readonly period: string; readonly accountIds?: readonly string[] | undefined },
): Promise<Delivery[]> {
  return operations.query(
    `SELECT invoice.invoice_id, invoice.number, invoice.partner_id, invoice.account_id,
       document.path, document.sha256, coalesce(last.state, 'written') AS state,
       coalesce(last.reason, '') AS reason, coalesce(last.at_ms, invoice.finalised_ms) AS since_ms
     FROM invoices AS invoice
     JOIN invoice_documents AS document
       ON document.invoice_id = invoice.invoice_id AND document.kind = 'ubl'
     LEFT JOIN LATERAL (SELECT state, reason, at_ms FROM e_invoice_deliveries AS delivery
       WHERE delivery.invoice_id = invoice.invoice_id ORDER BY delivery_id DESC LIMIT 1) AS last ON true
     WHERE invoice.period = $1 AND ($2::text[] IS NULL OR invoice.account_id = ANY($2))
     ORDER BY invoice.invoice_id`,
    [filter.period, filter.accountIds ?? null],
    z
      .object({
        invoice_id: z.int(),
        number: z.string(),
        partner_id: z.string(),
        account_id: z.string(),
        path: z.string(),
        sha256: z.string(),
        state: z.enum(DELIVERY_STATES),
        reason: z.string(),
        since_ms: z.int(),
      })
      .transform((row): Delivery => ({
        invoiceId: row.invoice_id,
        number: row.number,
        partnerId: row.partner_id,
        accountId: row.account_id,
        state: row.state,
        reason: row.reason,
        sinceMs: row.since_ms,
        path: join(documentsFolder, row.path),
        sha256: row.sha256,
      })),
  )
}
