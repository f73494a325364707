/** The invoice as a UBL document, for the customer's bookkeeping: Peppol BIS Billing 3.0. */
import type { DocumentKind } from '../document-kinds.ts'
import { eInvoiceGaps } from './e-invoice-gaps.ts'
import { toElectronicInvoice } from './to-electronic-invoice.ts'
import { ublDocument } from './ubl-document.ts'

export const ublFile: DocumentKind = {
  kind: 'ubl',
  ending: '-ubl.xml',
  contentType: 'application/xml',
  isMailed: true,
  gaps: eInvoiceGaps,
  async *content({ invoice }) {
    yield new TextEncoder().encode(ublDocument(toElectronicInvoice(invoice)))
  },
}
