/** A finalised document in the operations store: the rows that never change. Inside a transaction of the caller. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { billToOf, type Invoice } from '../invoice-model.ts'
import { noteState, TIK, type Actor } from '../receivables/state-history.ts'
import { toInvoiceText } from './invoice-text.ts'

/** What a document was made of. */
export interface DocumentOrigin {
  readonly span: InvoiceSpan
  /** Of the sub-accounts that are on it. */
  readonly subSpans?: readonly InvoiceSpan[]
  readonly runId: number
  /** How often its period was billed before. */
  readonly revision: number
  /** Of a credit note: the invoice that it takes back from. */
  readonly correctsInvoiceId?: number
  readonly nowMs: number
  /** Who makes it; tik itself where nobody is named. */
  readonly actor?: Actor
}

/** Its row, its lines, and what it charged. Returns its id. */
export async function insertDocument(
  sql: SqlRunner,
  invoice: Invoice,
  origin: DocumentOrigin,
): Promise<number> {
  const invoiceId = await insertInvoice(sql, invoice, origin)
  await insertLines(sql, invoiceId, invoice)
  await insertCharged(sql, invoiceId, { invoice, revision: origin.revision })
  for (const span of origin.subSpans ?? []) await insertSubAccount(sql, invoiceId, span)
  await noteState(sql, invoiceId, {
    state: invoice.number === '' ? 'zero-suppressed' : 'finalised',
    atMs: origin.nowMs,
    actor: origin.actor ?? TIK,
  })
  return invoiceId
}

async function insertInvoice(
  sql: SqlRunner,
  invoice: Invoice,
  { span, runId, nowMs, revision, correctsInvoiceId }: DocumentOrigin,
): Promise<number> {
  const { text, sha256 } = toInvoiceText(invoice)
  const { period, totals } = invoice
  const [row] = await sql.query(
    `INSERT INTO invoices (kind, partner_id, account_id, period, period_start_day, period_end_day,
       number, status, issue_day, due_day, net_micros, vat_micros, gross_micros, run_id, cut_off_id,
       late_start_days, late_after_cut_off_id, model, model_sha256, finalised_ms, revision,
       corrects_invoice_id, bill_to_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
       $16::integer[], $17, $18, $19, $20, $21, $22, $23)
     RETURNING invoice_id`,
    [
      invoice.kind,
      invoice.seller.partnerId,
      invoice.customer.accountId,
      period.label,
      period.startDay,
      period.endDay,
      invoice.number === '' ? null : invoice.number,
      invoice.number === '' ? 'zero-suppressed' : 'finalised',
      invoice.issueDay,
      invoice.dueDay,
      totals.netMicros,
      totals.vatMicros,
      totals.grossMicros,
      runId,
      span.cutOffId,
      span.lateStartDays,
      span.lateAfterCutOffId === '' ? null : span.lateAfterCutOffId,
      text,
      sha256,
      nowMs,
      revision,
      correctsInvoiceId ?? null,
      billToOf(invoice),
    ],
    z.object({ invoice_id: z.int() }),
  )
  return z.object({ invoice_id: z.int() }).parse(row).invoice_id
}

async function insertSubAccount(
  sql: SqlRunner,
  invoiceId: number,
  { accountId, lateStartDays, lateAfterCutOffId }: InvoiceSpan,
): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_sub_accounts (invoice_id, account_id, late_start_days, late_after_cut_off_id)
     VALUES ($1, $2, $3::integer[], $4)`,
    [invoiceId, accountId, lateStartDays, lateAfterCutOffId === '' ? null : lateAfterCutOffId],
  )
}

async function insertLines(sql: SqlRunner, invoiceId: number, invoice: Invoice): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_lines
     SELECT $1, * FROM jsonb_to_recordset($2::jsonb) AS line ("lineNumber" integer, section text,
       product text, subject text, description text, "fromDay" integer, "toDay" integer,
       count bigint, quantity bigint, unit text, "unitPriceMicros" bigint,
       "percentHundredths" integer, "exactMicros" bigint, "amountMicros" bigint,
       "taxCategory" text, "subAccountId" text)`,
    [invoiceId, JSON.stringify(invoice.lines)],
  )
}

async function insertCharged(
  sql: SqlRunner,
  invoiceId: number,
  { invoice, revision }: { readonly invoice: Invoice; readonly revision: number },
): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_recurring_items
     SELECT $1, row_number() OVER (), coalesce(item."accountId", $2), item."subscriptionId",
       item.subject, item."subjectId", item."periodStartDay", item."periodEndDay",
       item."fromDay", item."toDay", item."feeMicros", item.sign
     FROM jsonb_to_recordset($3::jsonb) AS item ("accountId" text, "subscriptionId" text, subject text,
       "subjectId" text, "periodStartDay" integer, "periodEndDay" integer, "fromDay" integer,
       "toDay" integer, "feeMicros" bigint, sign integer)`,
    [invoiceId, invoice.customer.accountId, JSON.stringify(invoice.recurringItems)],
  )
  await sql.execute(
    `INSERT INTO invoice_one_off_charges (charge_id, invoice_id, revision)
     SELECT charge_id, $1, $3 FROM unnest($2::text[]) AS charge_id`,
    [invoiceId, invoice.oneOffChargeIds, revision],
  )
}
