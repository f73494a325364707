/**
 * What was invoiced up to the end of a day, as a list of documents has it: which periods are closed, what usage was
 * billed, what every line came to, and which of them reach beyond the day. Signed as it is owed.
 */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import { PRODUCTS, type Product } from '../../core/usage/usage.ts'
import {
  INVOICE_SECTIONS,
  USAGE_SECTIONS,
  type InvoiceSection,
} from '../../invoicing/invoice-model.ts'
import { OWED_SIGN } from '../../invoicing/owed-micros.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { BilledAlike } from './finance-ledger.ts'

/** The documents that are looked at: issued up to a day, and known then. */
export interface DocumentBounds {
  readonly issuedToDay: number
  /** Those with a greater id came later. */
  readonly lastInvoiceId: number
}

/** By account. */
export async function billedPeriods(
  sql: SqlRunner,
  { issuedToDay, lastInvoiceId }: DocumentBounds,
): Promise<Map<string, BilledAlike>> {
  const rows = await sql.query(
    `SELECT billed.account_id, array_agg(DISTINCT period_start_day ORDER BY period_start_day) AS days,
       coalesce((array_agg(cut_off_id ORDER BY invoice_id DESC) FILTER (WHERE revision = 0))[1], '')
         AS cut_off_id
     FROM billed_accounts AS billed JOIN invoices USING (invoice_id)
     WHERE corrects_invoice_id IS NULL AND issue_day <= $1 AND invoice_id <= $2
     GROUP BY billed.account_id`,
    [issuedToDay, lastInvoiceId],
    z.object({ account_id: z.string(), days: z.array(z.int()), cut_off_id: z.string() }),
  )
  return new Map(
    rows.map((row) => [
      row.account_id,
      { closedStartDays: row.days, billedCutOffId: row.cut_off_id },
    ]),
  )
}

/** What lines of documents came to, for one account and subject. */
export interface InvoicedSum {
  readonly accountId: string
  readonly partnerId: string
  readonly section: InvoiceSection
  readonly product: Product
  readonly subject: string
  /** As printed. */
  readonly amountMicros: Micros
  /** The exact sums of ledger rows that were billed, each once whatever was billed anew; 0 for all but usage. */
  readonly billedMicros: Micros
}

export function invoicedSums(
  sql: SqlRunner,
  { issuedToDay, lastInvoiceId }: DocumentBounds,
): Promise<InvoicedSum[]> {
  return sql.query(
    `SELECT coalesce(sub_account_id, account_id) AS account_id, partner_id, section, product, subject,
       sum(amount_micros * ${OWED_SIGN})::bigint AS amount_micros,
       coalesce(sum(exact_micros * ${OWED_SIGN}) FILTER (WHERE section = ANY($3)
         AND revision = 0 AND corrects_invoice_id IS NULL), 0)::bigint AS billed_micros
     FROM invoices JOIN invoice_lines USING (invoice_id)
     WHERE issue_day <= $1 AND invoice_id <= $2
     GROUP BY coalesce(sub_account_id, account_id), partner_id, section, product, subject
     ORDER BY account_id, partner_id, section, product, subject`,
    [issuedToDay, lastInvoiceId, [...USAGE_SECTIONS]],
    invoicedRow,
  )
}

/** A line that reaches beyond a day. */
export interface LineAhead {
  readonly accountId: string
  readonly partnerId: string
  readonly section: InvoiceSection
  readonly product: Product
  readonly subject: string
  readonly fromDay: number
  readonly toDay: number
  readonly amountMicros: Micros
}

/** Lines with days after `day`; `except` leaves out documents that were known before. */
export function linesAhead(
  sql: SqlRunner,
  { issuedToDay, lastInvoiceId }: DocumentBounds,
  day: number,
  except?: DocumentBounds,
): Promise<LineAhead[]> {
  return sql.query(
    `SELECT coalesce(sub_account_id, account_id) AS account_id, partner_id, section, product, subject, from_day, to_day,
       amount_micros * ${OWED_SIGN} AS amount_micros
     FROM invoices JOIN invoice_lines USING (invoice_id)
     WHERE issue_day <= $1 AND invoice_id <= $2 AND to_day > $3 + 1 AND amount_micros <> 0
       AND NOT (issue_day <= $4 AND invoice_id <= $5)
     ORDER BY invoice_id, line_number`,
    [issuedToDay, lastInvoiceId, day, except?.issuedToDay ?? 0, except?.lastInvoiceId ?? 0],
    aheadRow,
  )
}

const lineKeys = {
  account_id: z.string(),
  partner_id: z.string(),
  section: z.enum(INVOICE_SECTIONS),
  product: z.enum(PRODUCTS),
  subject: z.string(),
}

const invoicedRow = z
  .object({ ...lineKeys, amount_micros: z.int(), billed_micros: z.int() })
  .transform((row): InvoicedSum => ({
    accountId: row.account_id,
    partnerId: row.partner_id,
    section: row.section,
    product: row.product,
    subject: row.subject,
    amountMicros: micros(row.amount_micros),
    billedMicros: micros(row.billed_micros),
  }))

const aheadRow = z
  .object({ ...lineKeys, from_day: z.int(), to_day: z.int(), amount_micros: z.int() })
  .transform((row): LineAhead => ({
    accountId: row.account_id,
    partnerId: row.partner_id,
    section: row.section,
    product: row.product,
    subject: row.subject,
    fromDay: row.from_day,
    toDay: row.to_day,
    amountMicros: micros(row.amount_micros),
  }))
