/** `tik bill list`: the archive, with filters by period, number, account, standing, date and amount. */
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { micros } from '../../core/money/money.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { billingCalendar } from '../../core/time/period.ts'
import { OWED_SIGN, owedMicros } from '../owed-micros.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { hasStanding, standingOf } from '../receivables/invoice-standing.ts'
import { NOTHING_KNOWN, receivableFacts } from '../receivables/receivable-facts.ts'
import type {
  BillingParts,
  InvoiceDocument,
  InvoiceFilter,
  InvoiceSummary,
} from '../run/billing.ts'

export type ArchiveParts = Pick<
  BillingParts,
  'operations' | 'directory' | 'clock' | 'documentsFolder'
>

/** More than this at once is for a report, not for a list. */
export const INVOICES_LISTED_MAX = 10_000

/** Newest first; at most `INVOICES_LISTED_MAX`. */
export async function listInvoices(
  parts: ArchiveParts,
  filter: InvoiceFilter = {},
): Promise<InvoiceSummary[]> {
  const { standing } = filter
  const found: InvoiceSummary[] = []
  let beforeId: number | undefined
  do {
    const rows = await readRows(parts, filter, beforeId)
    beforeId = rows.length < INVOICES_LISTED_MAX ? undefined : rows.at(-1)?.invoice_id
    for (const each of await summaries(parts, rows)) {
      const stands = { state: each.status, openMicros: each.openMicros }
      if (standing === undefined || hasStanding(stands, each.disputedMicros, standing)) {
        found.push(each)
      }
    }
  } while (beforeId !== undefined && found.length < INVOICES_LISTED_MAX)
  return found.slice(0, INVOICES_LISTED_MAX)
}

function readRows(
  { operations }: ArchiveParts,
  filter: InvoiceFilter,
  beforeId: number | undefined,
): Promise<SummaryRow[]> {
  return operations.query(
    `SELECT invoice_id, kind, coalesce(number, '') AS number, account_id, bill_to_id, partner_id, period,
       issue_day, due_day, net_micros, vat_micros, gross_micros,
       coalesce((SELECT original.number FROM invoices AS original
         WHERE original.invoice_id = invoice.corrects_invoice_id), (SELECT before.number
         FROM invoices AS before WHERE invoice.corrects_invoice_id IS NULL
           AND before.corrects_invoice_id IS NULL AND before.account_id = invoice.account_id
           AND before.bill_to_id = invoice.bill_to_id
           AND before.period_start_day = invoice.period_start_day
           AND before.revision = invoice.revision - 1), '') AS corrects
     FROM invoices AS invoice
     WHERE ($1::text IS NULL OR account_id = $1) AND ($2::text IS NULL OR partner_id = $2)
       AND ($3::text IS NULL OR period = $3) AND ($4::text IS NULL OR number = $4)
       AND ($5::integer IS NULL OR issue_day >= $5) AND ($6::integer IS NULL OR issue_day <= $6)
       AND ($7::bigint IS NULL OR gross_micros * ${OWED_SIGN} >= $7)
       AND ($8::bigint IS NULL OR gross_micros * ${OWED_SIGN} <= $8)
       AND ($9::bigint IS NULL OR invoice_id < $9)
     ORDER BY invoice_id DESC LIMIT ${INVOICES_LISTED_MAX}`,
    [
      filter.accountId ?? null,
      filter.partnerId ?? null,
      filter.period ?? null,
      filter.number ?? null,
      filter.issuedFromDay ?? null,
      filter.issuedToDay ?? null,
      filter.grossFromMicros ?? null,
      filter.grossToMicros ?? null,
      beforeId ?? null,
    ],
    summaryRow,
  )
}

async function summaries(
  parts: ArchiveParts,
  rows: readonly SummaryRow[],
): Promise<InvoiceSummary[]> {
  const ids = rows.map((row) => row.invoice_id)
  const documents = await documentsOf(parts, ids)
  const facts = await receivableFacts(parts.operations, ids)
  return rows.map((row) => {
    const known = facts.get(row.invoice_id) ?? NOTHING_KNOWN
    const { kind, number, due_day: dueDay } = row
    const grossMicros = owedMicros(row, micros(row.gross_micros))
    const isSent = known.sentMs !== undefined
    const { state, openMicros } = standingOf(
      { ...known, kind, number, dueDay, isSent, grossMicros },
      todayOf(parts, row.account_id),
    )
    return {
      number,
      kind,
      corrects: row.corrects,
      accountId: row.account_id,
      ...(row.bill_to_id === '' ? {} : { billToId: row.bill_to_id }),
      partnerId: row.partner_id,
      period: row.period,
      status: state,
      issueDay: row.issue_day,
      dueDay,
      netMicros: owedMicros(row, micros(row.net_micros)),
      vatMicros: owedMicros(row, micros(row.vat_micros)),
      grossMicros,
      ...known,
      openMicros,
      documents: documents.get(row.invoice_id) ?? [],
    }
  })
}

/** The local day of the account by the clock that was given. */
export function todayOf(
  { directory, clock }: Pick<BillingParts, 'directory' | 'clock'>,
  accountId: string,
): number {
  const account = directory.accounts.get(accountId)
  const calendar =
    account === undefined ? billingCalendar('Europe/Amsterdam', 1) : accountCalendar(account)
  return calendar.dayAt(clock.nowMs()).day
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
  kind: z.enum(['invoice', 'credit-note']),
  number: z.string(),
  corrects: z.string(),
  account_id: z.string(),
  bill_to_id: z.string(),
  partner_id: z.string(),
  period: z.string(),
  issue_day: z.int(),
  due_day: z.int(),
  net_micros: z.int(),
  vat_micros: z.int(),
  gross_micros: z.int(),
})

/** Kinds whose file retention removed: nobody misses them, and nobody writes them again. */
export async function removedDocumentsOf(
  { operations }: Pick<BillingParts, 'operations'>,
  invoiceId: number,
): Promise<Set<string>> {
  const rows = await operations.query(
    'SELECT kind FROM retained_documents WHERE invoice_id = $1',
    [invoiceId],
    z.object({ kind: z.string() }),
  )
  return new Set(rows.map(({ kind }) => kind))
}

export async function documentsOf(
  { operations, documentsFolder }: Pick<BillingParts, 'operations' | 'documentsFolder'>,
  invoiceIds: readonly number[],
): Promise<Map<number, InvoiceDocument[]>> {
  const rows = await operations.query(
    `SELECT invoice_id, kind, path, sha256, size_bytes FROM invoice_documents AS document
     WHERE invoice_id = ANY($1::bigint[]) AND NOT EXISTS (SELECT FROM retained_documents AS removed
       WHERE removed.invoice_id = document.invoice_id AND removed.kind = document.kind)
     ORDER BY invoice_id, kind`,
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
