/** Which lines stand on paper: usage that comes to nothing is counted and not printed. */
import {
  USAGE_SECTIONS,
  type Invoice,
  type InvoiceLine,
  type InvoiceSection,
} from '../../invoice-model.ts'

export function shownLines(invoice: ShownInvoice, section: InvoiceSection): InvoiceLine[] {
  return invoice.lines.filter((line) => line.section === section && !isHidden(line, invoice))
}

type ShownInvoice = Pick<Invoice, 'lines' | 'paper'>

/** Internal and incoming calls, and what a bundle covers. The bundles have tables of their own. */
export function isHidden(
  { section, amountMicros }: InvoiceLine,
  { paper }: Pick<Invoice, 'paper'>,
): boolean {
  if (paper?.zeroLines === 'shown') return false
  return USAGE_SECTIONS.has(section) && amountMicros === 0
}
