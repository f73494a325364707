/**
 * The files of a finalised invoice. They are made from what is stored, so they can be made again
 * after a crash with the same bytes; a hash is stored once, after the file is in its place.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { accountCalendar, termsAt } from '../../core/account-calendar.ts'
import type { Directory } from '../../core/accounts.ts'
import { dayToIso } from '../../core/period.ts'
import { writeLedgerRows } from '../../reports/export-usage.ts'
import { PLAIN_CSV } from '../../reports/usage-csv.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { writeFileAtomically } from './atomic-file.ts'
import type { BillingParts, InvoiceDocument } from '../run/billing.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import type { Invoice } from '../invoice-model.ts'
import { queueInvoiceMails } from './invoice-mails.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

export interface DocumentOrder {
  readonly invoiceId: number
  readonly invoice: Invoice
  readonly span: InvoiceSpan
}

/** How many kinds of documents an invoice has. */
const DOCUMENTS_COUNT = 2

/** Writes what an invoice needs, notes it, and queues the mails that carry it. Returns the paths. */
export async function writeDocuments(
  parts: BillingParts,
  renderer: PdfRenderer,
  { invoiceId, invoice, span }: DocumentOrder,
): Promise<string[]> {
  const path = documentPath(invoice)
  const documents: readonly (readonly [InvoiceDocument['kind'], string, Chunks])[] = [
    ['pdf', `${path}.pdf`, [await renderer.render(invoice)]],
    ['cdrs', `${path}-cdrs.csv`, cdrFile(parts, span)],
  ]
  const written: InvoiceDocument[] = []
  for (const [kind, relative, chunks] of documents) {
    const file = await writeFileAtomically(
      join(parts.documentsFolder, relative),
      chunks,
      partsFolder(parts),
    )
    written.push({ kind, path: relative, ...file })
  }
  await parts.operations.transaction(async (sql) => {
    await insertDocuments(sql, invoiceId, written)
    await queueInvoiceMails(sql, parts, invoice, written)
  })
  return written.map((document) => join(parts.documentsFolder, document.path))
}

/** In the columns of the export, streamed: memory does not grow with the invoice. */
async function* cdrFile(
  { ledger, directory }: BillingParts,
  span: InvoiceSpan,
): AsyncGenerator<Uint8Array> {
  const timeZone = timeZoneOf(span, directory)
  const format = { kind: 'csv', csv: PLAIN_CSV } as const
  const encoder = new TextEncoder()
  for await (const text of writeLedgerRows(ledger.cdrs(span), format, timeZone)) {
    yield encoder.encode(text)
  }
}

/** Of the period, so that the file of an old invoice is written again to the same bytes. */
export function timeZoneOf(
  { accountId, periodStartDay }: Pick<InvoiceSpan, 'accountId' | 'periodStartDay'>,
  directory: Directory,
): string {
  const account = directory.accounts.get(accountId)
  if (account === undefined) return 'Europe/Amsterdam'
  return termsAt(account, accountCalendar(account).dayStartMs(periodStartDay)).timeZone
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Where files are written before they have their name. */
export function partsFolder({ documentsFolder }: Pick<BillingParts, 'documentsFolder'>): string {
  return join(documentsFolder, '.parts')
}

/** Where the documents of an invoice are, without an ending: seller/year/number-account. */
export function documentPath(invoice: Invoice): string {
  const year = dayToIso(invoice.issueDay).slice(0, 4)
  const name = `${invoice.number}-${fileName(invoice.customer.accountId)}`
  return join(fileName(invoice.seller.partnerId), year, name)
}

/** An id as a file name: nothing that leads elsewhere. */
export function fileName(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')
}

/** Finalised invoices of a month whose documents are not all noted: a run was stopped there. */
export async function pendingDocuments(
  sql: SqlRunner,
  period: string,
): Promise<readonly { invoiceId: number }[]> {
  return sql.query(
    `SELECT invoice_id FROM invoices AS invoice
     WHERE period = $1 AND number IS NOT NULL
       AND (SELECT count(*) FROM invoice_documents AS document
         WHERE document.invoice_id = invoice.invoice_id) < $2
     ORDER BY invoice_id`,
    [period, DOCUMENTS_COUNT],
    z.object({ invoice_id: z.int() }).transform((row) => ({ invoiceId: row.invoice_id })),
  )
}

async function insertDocuments(
  sql: SqlRunner,
  invoiceId: number,
  documents: readonly InvoiceDocument[],
): Promise<void> {
  for (const { kind, path, sha256, sizeBytes } of documents) {
    await sql.execute(
      `INSERT INTO invoice_documents (invoice_id, kind, path, sha256, size_bytes)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (invoice_id, kind) DO NOTHING`,
      [invoiceId, kind, path, sha256, sizeBytes],
    )
  }
}
