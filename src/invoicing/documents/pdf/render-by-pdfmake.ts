/**
 * An invoice as PDF as builds before wrote it, which let pdfmake lay out what render-invoice-pdf.ts sets itself: so
 * that a lost document of theirs comes back to the byte (docs/decisions/0480).
 */
import pdfmake from 'pdfmake'
import type { Invoice } from '../../invoice-model.ts'
import { INVOICE_FONTS, registerInvoiceFonts } from './invoice-fonts.ts'
import { printable } from './printable.ts'
import { invoiceDocument } from './render-invoice-pdf.ts'

declare module 'pdfmake' {
  /** In the package, not yet in its types. */
  export const virtualfs: { writeFileSync(name: string, content: Uint8Array): void }
}

registerInvoiceFonts(pdfmake.virtualfs)
pdfmake.setFonts(INVOICE_FONTS)
pdfmake.setLocalAccessPolicy(() => false)
pdfmake.setUrlAccessPolicy(() => false)

export async function renderByPdfmake(invoice: Invoice): Promise<Uint8Array> {
  return pdfmake.createPdf(invoiceDocument(printable(invoice))).getBuffer()
}
