/**
 * The documents of an invoice: one entry each, and what is written, mailed and verified follows from
 * this list. Each is a file of its own here; a new one is also written for invoices of before when
 * their month is run again.
 */
import type { BillingParts } from '../run/billing.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import type { Invoice } from '../invoice-model.ts'
import { cdrFile } from './cdr-file.ts'
import { pdfFile } from './pdf/pdf-file.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

export const DOCUMENT_KINDS: readonly DocumentKind[] = [pdfFile, cdrFile]

export interface DocumentKind {
  /** What the store, `tik bill list` and findings call it: lower case, digits and hyphens. */
  readonly kind: string
  /** Ends its path, after seller, year, number and account: `-cdrs.csv`. */
  readonly ending: string
  readonly contentType: string
  /** Whether the mail that brings the invoice carries it. */
  readonly isMailed: boolean
  /** The same bytes for the same finalised invoice. In chunks, so that memory can stay flat. */
  readonly content: (invoice: FinalisedInvoice, sources: DocumentSources) => DocumentContent
}

export interface FinalisedInvoice {
  readonly invoiceId: number
  readonly invoice: Invoice
  readonly span: InvoiceSpan
}

/** What documents are made with. */
export interface DocumentSources extends Pick<BillingParts, 'ledger' | 'directory'> {
  readonly renderer: PdfRenderer
}

export type DocumentContent = AsyncIterable<Uint8Array>
