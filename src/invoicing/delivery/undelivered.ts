/** E-invoices that are long on their way, by account and month: for `tik bill check` and `tik status`. */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { DELIVERY_STATES, type DeliveryState } from './delivery-states.ts'

export interface Undelivered {
  readonly accountId: string
  readonly period: string
  readonly state: DeliveryState
  readonly count: number
  readonly grossMicros: Micros
  /** Since when the oldest of them is in that state. */
  readonly sinceMs: number
}

/**
 * In that state since before `beforeMs`. Only of sellers who hand e-invoices over at all, and handed over without an
 * answer only where the other side of that seller has ever answered: nobody waits for what never comes.
 */
export function undelivered(sql: SqlRunner, beforeMs: number): Promise<Undelivered[]> {
  return sql.query(
    `WITH last AS (
       SELECT DISTINCT ON (invoice_id) invoice_id, state, at_ms FROM e_invoice_deliveries
       ORDER BY invoice_id, delivery_id DESC
     ), sellers AS (
       SELECT partner_id, bool_or(state IN ('accepted', 'refused')) AS is_answered
       FROM e_invoice_deliveries JOIN invoices USING (invoice_id) GROUP BY partner_id
     )
     SELECT account_id, period, coalesce(last.state, 'written') AS state, count(*)::int AS count,
       sum(gross_micros)::bigint AS gross_micros,
       min(coalesce(last.at_ms, finalised_ms)) AS since_ms
     FROM invoices JOIN sellers USING (partner_id)
     JOIN invoice_documents AS document USING (invoice_id)
     LEFT JOIN last USING (invoice_id)
     WHERE document.kind = 'ubl' AND coalesce(last.at_ms, finalised_ms) <= $1
       AND coalesce(last.state, 'written') <> 'accepted'
       AND (is_answered OR coalesce(last.state, 'written') <> 'handed-over')
     GROUP BY account_id, period, coalesce(last.state, 'written')
     ORDER BY since_ms, account_id, period`,
    [beforeMs],
    z
      .object({
        account_id: z.string(),
        period: z.string(),
        state: z.enum(DELIVERY_STATES),
        count: z.int(),
        gross_micros: z.int(),
        since_ms: z.int(),
      })
      .transform((row): Undelivered => ({
        accountId: row.account_id,
        period: row.period,
        state: row.state,
        count: row.count,
        grossMicros: micros(row.gross_micros),
        sinceMs: row.since_ms,
      })),
  )
}
