/** The invoice as a UBL document, for the customer's bookkeeping: Peppol BIS Billing 3.0. */
import type { DocumentKind } from '../document-kinds.ts'
import type { Invoice } from '../../invoice-model.ts'
import { eInvoiceGaps } from './e-invoice-gaps.ts'
import type { ElectronicAttachment } from './electronic-invoice.ts'
import { toElectronicInvoice } from './to-electronic-invoice.ts'
import { ublDocument } from './ubl-document.ts'

/** The PDF as it is written beside it. */
export function attachmentOf({ number }: Invoice, pdf: Uint8Array): ElectronicAttachment {
  const contentType = 'application/pdf'
  return { reference: number, fileName: `${number}.pdf`, contentType, content: pdf }
}

export const ublFile: DocumentKind = {
  kind: 'ubl',
  ending: '-ubl.xml',
  contentType: 'application/xml',
  isMailed: true,
  gaps: eInvoiceGaps,
  async *content({ invoice }, { renderer }) {
    const electronic = toElectronicInvoice(invoice)
    const attachment =
      invoice.paper?.embedPdf === true
        ? attachmentOf(invoice, await renderer.render(invoice))
        : undefined
    yield new TextEncoder().encode(ublDocument({ ...electronic, attachment }))
  },
}
