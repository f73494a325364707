/**
 * The documents of an invoice: one entry each, and what is written, mailed and verified follows from
 * this list. Each is a file of its own here; a new one is also written for invoices of before when
 * their month is run again.
 */
import type { BillingParts } from '../run/billing.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import type { Invoice } from '../invoice-model.ts'
import { cdrFile } from './cdr-file.ts'
import { ublFile } from './e-invoice/ubl-file.ts'
import { pdfFile } from './pdf/pdf-file.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

export const DOCUMENT_KINDS: readonly DocumentKind[] = [pdfFile, ublFile, cdrFile]

export interface DocumentKind {
  /** What the store, `tik bill list` and findings call it: lower case, digits and hyphens. */
  readonly kind: string
  /** Ends its path, after seller, year, number and account: `-cdrs.csv`. */
  readonly ending: string
  readonly contentType: string
  /** Whether the mail that brings the invoice carries it: always, never, or as the account wishes. */
  readonly isMailed: boolean | 'as-wished'
  /** Which invoices have one at all; all where it does not say. */
  readonly isOf?: (invoice: Invoice) => boolean
  /**
   * What the invoice lacks for it: then it is not written. A kind that says so need not be there for an
   * invoice that has other documents, as builds before did not know it.
   */
  readonly gaps?: (invoice: Invoice) => readonly string[]
  /** The same bytes for the same finalised invoice. In chunks, so that memory can stay flat. */
  readonly content: (invoice: FinalisedInvoice, sources: DocumentSources) => DocumentContent
  /** As builds before wrote it, where that is not the same to the byte: for what was lost since. */
  readonly contentBefore?: (invoice: FinalisedInvoice, sources: DocumentSources) => DocumentContent
}

/** Those that the invoice has and for which it lacks nothing. */
export function writable(invoice: Invoice, kinds: readonly DocumentKind[]): DocumentKind[] {
  return kinds.filter(
    ({ isOf, gaps }) => isOf?.(invoice) !== false && (gaps?.(invoice) ?? []).length === 0,
  )
}

export interface FinalisedInvoice {
  readonly invoiceId: number
  readonly invoice: Invoice
  readonly span: InvoiceSpan
}

/** What documents are made with. */
export interface DocumentSources extends Pick<BillingParts, 'ledger' | 'directory' | 'catalogue'> {
  readonly renderer: PdfRenderer
}

export type DocumentContent = AsyncIterable<Uint8Array>
