/** The lines of the invoice, one table for each section, with what each covers. */
import type { Content } from 'pdfmake/interfaces.js'
import { sumMicros } from '../vat.ts'
import {
  INVOICE_SECTIONS,
  type Invoice,
  type InvoiceLine,
  type InvoiceSection,
} from '../invoice-model.ts'
import type { Column, PdfContext } from './page-style.ts'
import { sectionTable } from './section-table.ts'

export function invoiceDetails(invoice: Invoice, context: PdfContext): Content[] {
  return INVOICE_SECTIONS.flatMap((section) => {
    const lines = invoice.lines.filter((line) => line.section === section)
    return lines.length === 0 ? [] : [sectionOf(section, lines, context)]
  })
}

function sectionOf(
  section: InvoiceSection,
  lines: readonly InvoiceLine[],
  context: PdfContext,
): Content {
  const { texts, format } = context
  const isUsage = USAGE_SECTIONS.has(section)
  const subtotal = format.cents(sumMicros(lines.map((line) => line.amountMicros)))
  const columns = isUsage ? usageColumns(section, context) : agreedColumns(context)
  return sectionTable(
    {
      title: texts.sections[section],
      columns,
      rows: lines.map((line) =>
        isUsage ? usageCells(line, section, context) : agreedCells(line, context),
      ),
      total: [texts.subtotal, ...columns.slice(2).map(() => ''), subtotal],
    },
    context,
  )
}

const USAGE_SECTIONS: ReadonlySet<InvoiceSection> = new Set([
  'usage',
  'premium',
  'late',
  'late-premium',
])

function isLate(section: InvoiceSection): boolean {
  return section === 'late' || section === 'late-premium'
}

function usageColumns(section: InvoiceSection, { texts }: PdfContext): Column[] {
  return [
    { title: texts.description, width: '*' },
    ...(isLate(section) ? [{ title: texts.covers, width: 112 } as const] : []),
    { title: texts.count, width: 52, alignment: 'right' },
    { title: texts.quantity, width: 74, alignment: 'right' },
    { title: `${texts.amount} (€)`, width: 76, alignment: 'right' },
  ]
}

function usageCells(line: InvoiceLine, section: InvoiceSection, context: PdfContext): string[] {
  const { texts, format } = context
  return [
    `${texts.products[line.product]} – ${line.description}`,
    ...(isLate(section) ? [format.days(line)] : []),
    format.count(line.count),
    format.quantity(line.quantity, line.unit),
    format.cents(line.amountMicros),
  ]
}

function agreedColumns({ texts }: PdfContext): Column[] {
  return [
    { title: texts.description, width: '*' },
    { title: texts.covers, width: 118 },
    { title: texts.count, width: 38, alignment: 'right' },
    { title: `${texts.unitPrice} (€)`, width: 66, alignment: 'right' },
    { title: `${texts.amount} (€)`, width: 76, alignment: 'right' },
  ]
}

function agreedCells(line: InvoiceLine, { format }: PdfContext): string[] {
  const isDiscount = line.section === 'discount'
  return [
    line.description,
    isDiscount ? '' : format.days(line),
    isDiscount ? '' : format.count(line.quantity),
    isDiscount ? format.percent(line.percentHundredths) : exactOrNone(line, format),
    format.cents(line.amountMicros),
  ]
}

function exactOrNone(line: InvoiceLine, format: PdfContext['format']): string {
  return line.unitPriceMicros === undefined ? '' : format.exact(line.unitPriceMicros)
}
