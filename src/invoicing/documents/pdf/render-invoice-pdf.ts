/**
 * An invoice as PDF. Deterministic: the same invoice gives the same bytes, because its dates come
 * from the invoice and the file's id follows from them (pdfkit hashes the particulars).
 */
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { dayToIso } from '../../../core/time/period.ts'
import { localeFormat } from '../../../core/text/locale-format.ts'
import type { Invoice } from '../../invoice-model.ts'
import { invoiceTexts } from '../texts/invoice-texts.ts'
import { paperTexts } from '../texts/paper-texts.ts'
import { brandOf } from './brand.ts'
import { bundleOverviewTables } from './bundle-overview-table.ts'
import { titleOf } from './document-facts.ts'
import { firstPage } from './first-page.ts'
import { invoiceDetails } from './invoice-details.ts'
import { INVOICE_FONT } from './invoice-fonts.ts'
import { letterheadAbove, letterheadBelow, LOGO } from './letterhead.ts'
import { FONT_SIZE, INK, PAGE, type PdfContext } from './page-style.ts'
import { printable } from './printable.ts'
import { specificationTables } from './specification-table.ts'
import { typesetDocument } from './typeset/typeset-document.ts'
import { escapeMetadata } from './xml-metadata.ts'

escapeMetadata()

export function renderInvoicePdf(invoice: Invoice): Promise<Uint8Array> {
  return typesetDocument(invoiceDocument(printable(invoice)))
}

/** The break belongs to what follows: a line of its own could be the only one of a page. */
function onNewPage(content: readonly Content[]): Content[] {
  return content.length === 0 ? [] : [{ stack: [...content], pageBreak: 'before' }]
}

/** The paper in pdfmake's terms; an invoice without a number is marked as a draft. */
export function invoiceDocument(invoice: Invoice): TDocumentDefinitions {
  const { seller, customer, language } = invoice
  const texts = invoiceTexts(language)
  const context: PdfContext = {
    texts,
    paper: paperTexts(language),
    format: localeFormat(language),
    brand: brandOf({ partnerId: seller.partnerId, name: seller.party.legalName }, invoice.paper),
  }
  const isDraft = invoice.number === ''
  const issued = new Date(`${dayToIso(invoice.issueDay)}T00:00:00Z`)
  return {
    version: '1.7',
    subset: 'PDF/A-3b', // Room for the e-invoice as an embedded file.
    language,
    displayTitle: true,
    info: {
      title: `${titleOf(invoice)} ${isDraft ? texts.draft : invoice.number}`,
      author: seller.party.legalName,
      subject: `${customer.party.legalName}, ${invoice.period.label}`,
      creator: 'tik',
      producer: 'tik',
      creationDate: issued,
      modDate: issued,
    },
    pageSize: { width: PAGE.width, height: PAGE.height },
    pageMargins: [PAGE.left, PAGE.top, PAGE.right, PAGE.bottom],
    // By name, so that it is in the file once.
    ...(context.brand.logo === undefined ? {} : { images: { [LOGO]: context.brand.logo } }),
    defaultStyle: { font: INVOICE_FONT, fontSize: FONT_SIZE, color: INK },
    ...(isDraft
      ? { watermark: { text: texts.draft, color: context.brand.color, opacity: 0.1, bold: true } }
      : {}),
    header: () => letterheadAbove(invoice, context),
    footer: (page, pages) => letterheadBelow(invoice, context, { page, pages }),
    content: [
      ...firstPage(invoice, context),
      ...onNewPage([
        ...invoiceDetails(invoice, context),
        ...bundleOverviewTables(invoice, context),
        ...specificationTables(invoice, context),
      ]),
    ],
  }
}
