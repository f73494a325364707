/**
 * Which lines stand on paper, and how: usage that comes to nothing is counted and not printed, and in a period that
 * became a credit note what was used stays what it was.
 */
import { negateMicros, ZERO_MICROS } from '../../../core/money/money.ts'
import {
  USAGE_SECTIONS,
  type CreditNote,
  type Invoice,
  type InvoiceLine,
  type InvoiceSection,
} from '../../invoice-model.ts'

export function shownLines(invoice: ShownInvoice, section: InvoiceSection): InvoiceLine[] {
  const shown = invoice.lines.filter((line) => line.section === section && !isHidden(line, invoice))
  return invoice.credits === 'period' ? shown.map(asItWas) : shown
}

type ShownInvoice = Pick<Invoice, 'lines' | 'paper'> & {
  readonly credits?: CreditNote['credits']
}

/**
 * Its lines are turned with all they have. For a reader 57 calls are 57 calls, also where they lessen what is given
 * back, and a gift of 500.00 is no minus one times minus 500.00: the amount alone says which way it goes.
 */
function asItWas(line: InvoiceLine): InvoiceLine {
  const isUsage = USAGE_SECTIONS.has(line.section)
  const { unitPriceMicros = ZERO_MICROS, count, quantity, exactMicros } = line
  const isTwiceTurned = quantity < 0 && unitPriceMicros < 0
  if (isUsage ? quantity >= 0 : !isTwiceTurned) return line
  const turned = { ...line, count: -count, quantity: -quantity }
  return isUsage
    ? { ...turned, exactMicros: negateMicros(exactMicros) } // For the price of each, which is small below it.
    : { ...turned, unitPriceMicros: negateMicros(unitPriceMicros) }
}

/** Internal and incoming calls, and what a bundle covers. The bundles have tables of their own. */
export function isHidden(
  { section, amountMicros }: InvoiceLine,
  { paper }: Pick<Invoice, 'paper'>,
): boolean {
  if (paper?.zeroLines === 'shown') return false
  return USAGE_SECTIONS.has(section) && amountMicros === 0
}
