/** The catalogues that closed periods of accounts were billed with, by account and first day of the period. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { BILLS_OF_ACCOUNTS } from './invoice-store.ts'

/** As `readHistory` tells it of one account: of a period that was billed anew what its last invoice had. */
export async function closedCatalogueKeys(
  sql: SqlRunner,
  accountIds: readonly string[],
): Promise<Map<string, Map<number, string>>> {
  const rows = await sql.query(
    `SELECT account_id, period_start_day, catalogue_key FROM (
       SELECT DISTINCT ON (billed.account_id, invoices.account_id, bill_to_id, period_start_day)
         billed.account_id, period_start_day, catalogue_key, min(invoice_id) OVER (
           PARTITION BY billed.account_id, invoices.account_id, bill_to_id, period_start_day
         ) AS place
       FROM (${BILLS_OF_ACCOUNTS}) AS billed
         JOIN invoices USING (invoice_id) JOIN billing_runs USING (run_id)
       WHERE corrects_invoice_id IS NULL
       ORDER BY billed.account_id, invoices.account_id, bill_to_id, period_start_day,
         invoice_id DESC
     ) AS standing ORDER BY account_id, place`,
    [[...accountIds]],
    z.object({
      account_id: z.string(),
      period_start_day: z.int(),
      catalogue_key: z.string().nullable(),
    }),
  )
  const keys = new Map<string, Map<number, string>>()
  for (const { account_id: accountId, period_start_day: day, catalogue_key: key } of rows) {
    if (key === null || key === '') continue
    const known = keys.get(accountId)
    if (known === undefined) keys.set(accountId, new Map([[day, key]]))
    else known.set(day, key)
  }
  return keys
}
