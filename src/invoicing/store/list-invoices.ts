/** `tik bill list`: the archive, with filters by period, number, account, status, date and amount. */
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../../core/errors.ts'
import { micros } from '../../core/money.ts'
import { accountCalendar } from '../../core/account-calendar.ts'
import { billingCalendar } from '../../core/period.ts'
import { owedMicros } from '../owed-micros.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import {
  INVOICE_STATUSES,
  type BillingParts,
  type InvoiceDocument,
  type InvoiceFilter,
  type InvoiceSummary,
} from '../run/billing.ts'

export type ArchiveParts = Pick<
  BillingParts,
  'operations' | 'directory' | 'clock' | 'documentsFolder'
>

/** The same rule as owedMicros, for a condition. */
const SIGN = "(CASE kind WHEN 'credit-note' THEN -1 ELSE 1 END)"

/** More than this at once is for a report, not for a list. */
export const INVOICES_LISTED_MAX = 10_000

/** Newest first; at most `INVOICES_LISTED_MAX`. */
export async function listInvoices(
  parts: ArchiveParts,
  filter: InvoiceFilter = {},
): Promise<InvoiceSummary[]> {
  const rows = await parts.operations.query(
    `SELECT invoice_id, coalesce(number, '') AS number, kind, account_id, partner_id, period, status,
       issue_day, due_day, sent_ms, net_micros, vat_micros, gross_micros,
       coalesce((SELECT original.number FROM invoices AS original
         WHERE original.invoice_id = invoice.corrects_invoice_id), (SELECT before.number
         FROM invoices AS before WHERE invoice.corrects_invoice_id IS NULL
           AND before.corrects_invoice_id IS NULL AND before.account_id = invoice.account_id
           AND before.bill_to_id = invoice.bill_to_id
           AND before.period_start_day = invoice.period_start_day
           AND before.revision = invoice.revision - 1), '') AS corrects,
       coalesce((SELECT sum(credit.gross_micros) FROM invoices AS credit
         WHERE credit.corrects_invoice_id = invoice.invoice_id), 0)::bigint AS credited_micros
     FROM invoices AS invoice
     WHERE ($1::text IS NULL OR account_id = $1) AND ($2::text IS NULL OR partner_id = $2)
       AND ($3::text IS NULL OR period = $3) AND ($4::text IS NULL OR number = $4)
       AND ($5::text IS NULL OR status = $5)
       AND ($6::integer IS NULL OR issue_day >= $6) AND ($7::integer IS NULL OR issue_day <= $7)
       AND ($8::bigint IS NULL OR gross_micros * ${SIGN} >= $8)
       AND ($9::bigint IS NULL OR gross_micros * ${SIGN} <= $9)
     ORDER BY invoice_id DESC LIMIT ${INVOICES_LISTED_MAX}`,
    [
      filter.accountId ?? null,
      filter.partnerId ?? null,
      filter.period ?? null,
      filter.number ?? null,
      filter.status ?? null,
      filter.issuedFromDay ?? null,
      filter.issuedToDay ?? null,
      filter.grossFromMicros ?? null,
      filter.grossToMicros ?? null,
    ],
    summaryRow,
  )
  const documents = await documentsOf(
    parts,
    rows.map((row) => row.invoice_id),
  )
  return rows.map((row) => ({
    number: row.number,
    kind: row.kind,
    corrects: row.corrects,
    creditedMicros: micros(row.credited_micros),
    accountId: row.account_id,
    partnerId: row.partner_id,
    period: row.period,
    status: row.status,
    overdue: isOverdue(row, parts),
    issueDay: row.issue_day,
    dueDay: row.due_day,
    sentMs: row.sent_ms ?? undefined,
    netMicros: owedMicros(row, micros(row.net_micros)),
    vatMicros: owedMicros(row, micros(row.vat_micros)),
    grossMicros: owedMicros(row, micros(row.gross_micros)),
    documents: documents.get(row.invoice_id) ?? [],
  }))
}

/**
 * The invoice with this number. A number is unique per seller: with several sellers name one.
 * Throws `not_found`, and `usage_error` when the number is not enough.
 */
export async function findInvoiceId(
  sql: SqlRunner,
  number: string,
  partnerId?: string,
): Promise<number> {
  const rows = await sql.query(
    `SELECT invoice_id, partner_id FROM invoices
     WHERE number = $1 AND ($2::text IS NULL OR partner_id = $2) ORDER BY partner_id`,
    [number, partnerId ?? null],
    z.object({ invoice_id: z.int(), partner_id: z.string() }),
  )
  const [first, second] = rows
  if (first === undefined) {
    throw new TikError('not_found', `there is no invoice ${number}`, {
      hint: 'tik bill list shows them',
    })
  }
  if (second !== undefined) {
    const sellers = rows.map((row) => row.partner_id).join(', ')
    throw new TikError('usage_error', `several sellers have an invoice ${number}`, {
      hint: `name the partner: ${sellers}`,
    })
  }
  return first.invoice_id
}

type SummaryRow = z.output<typeof summaryRow>

const summaryRow = z.object({
  invoice_id: z.int(),
  number: z.string(),
  kind: z.enum(['invoice', 'credit-note']),
  corrects: z.string(),
  credited_micros: z.int(),
  account_id: z.string(),
  partner_id: z.string(),
  period: z.string(),
  status: z.enum(INVOICE_STATUSES),
  issue_day: z.int(),
  due_day: z.int(),
  sent_ms: z.int().nullable(),
  net_micros: z.int(),
  vat_micros: z.int(),
  gross_micros: z.int(),
})

function isOverdue(row: SummaryRow, { directory, clock }: ArchiveParts): boolean {
  if (row.kind === 'credit-note') return false // Nothing is to be paid by the customer.
  if (row.status !== 'finalised' && row.status !== 'sent') return false
  const account = directory.accounts.get(row.account_id)
  const calendar =
    account === undefined ? billingCalendar('Europe/Amsterdam', 1) : accountCalendar(account)
  return calendar.dayAt(clock.nowMs()).day > row.due_day
}

export async function documentsOf(
  { operations, documentsFolder }: Pick<BillingParts, 'operations' | 'documentsFolder'>,
  invoiceIds: readonly number[],
): Promise<Map<number, InvoiceDocument[]>> {
  const rows = await operations.query(
    `SELECT invoice_id, kind, path, sha256, size_bytes FROM invoice_documents
     WHERE invoice_id = ANY($1::bigint[]) ORDER BY invoice_id, kind`,
    [invoiceIds],
    z.object({
      invoice_id: z.int(),
      kind: z.string(),
      path: z.string(),
      sha256: z.string(),
      size_bytes: z.int(),
    }),
  )
  const documents = new Map<number, InvoiceDocument[]>()
  for (const { invoice_id, kind, path, sha256, size_bytes } of rows) {
    const found = documents.get(invoice_id) ?? []
    found.push({ kind, path: join(documentsFolder, path), sha256, sizeBytes: size_bytes })
    documents.set(invoice_id, found)
  }
  return documents
}
