/** The lines of the invoice, one table for each section, with what each covers. */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { sumMicros, taxOfLine } from '../../build/vat.ts'
import {
  INVOICE_SECTIONS,
  USAGE_SECTIONS,
  type Invoice,
  type InvoiceLine,
  type InvoiceSection,
} from '../../invoice-model.ts'
import type { Column, PdfContext } from './page-style.ts'
import { bar } from './bar.ts'
import { sectionTable } from './section-table.ts'
import { taxText } from './tax-text.ts'

/** The page with the VAT table, from which lines of builds before take their rate. */
type LinesContext = PdfContext & Pick<Invoice, 'vat'>

/** A bar for each call type, beside the one of its product with the most usages. */
const BAR_COLUMN_WIDTH = 84
const TAX_COLUMN_WIDTH = 42

export function invoiceDetails(invoice: Invoice, context: PdfContext): Content[] {
  return INVOICE_SECTIONS.flatMap((section) => {
    const lines = invoice.lines.filter((line) => line.section === section)
    return lines.length === 0 ? [] : [sectionOf(section, lines, { ...context, vat: invoice.vat })]
  })
}

function sectionOf(
  section: InvoiceSection,
  lines: readonly InvoiceLine[],
  context: LinesContext,
): Content {
  const { texts, format } = context
  const isUsage = USAGE_SECTIONS.has(section)
  const subtotal = format.cents(sumMicros(lines.map((line) => line.amountMicros)))
  const columns = isUsage ? usageColumns(section, context) : agreedColumns(context)
  return sectionTable(
    {
      title: texts.sections[section],
      ...(section === 'usage' ? { note: texts.usageNote } : {}),
      columns,
      rows: lines.map((line) =>
        isUsage ? usageCells(line, lines, context) : agreedCells(line, context),
      ),
      total: [texts.subtotal, ...columns.slice(2).map(() => ''), subtotal],
    },
    context,
  )
}

function isLate(section: InvoiceSection): boolean {
  return section === 'late' || section === 'late-premium'
}

function usageColumns(section: InvoiceSection, { texts }: PdfContext): Column[] {
  const middle: Column = isLate(section)
    ? { title: texts.covers, width: 112 }
    : { title: '', width: BAR_COLUMN_WIDTH }
  return [
    { title: texts.description, width: '*' },
    middle,
    { title: texts.count, width: 44, alignment: 'right' },
    { title: texts.quantity, width: 62, alignment: 'right' },
    { title: texts.vat, width: TAX_COLUMN_WIDTH, alignment: 'right' },
    { title: `${texts.amount} (€)`, width: 62, alignment: 'right' },
  ]
}

function usageCells(
  line: InvoiceLine,
  lines: readonly InvoiceLine[],
  context: LinesContext,
): (string | TableCell)[] {
  const { texts, format } = context
  const most = Math.max(
    ...lines.filter((each) => each.product === line.product).map(({ count }) => Math.abs(count)),
  )
  return [
    `${texts.products[line.product]} – ${line.description}`,
    isLate(line.section)
      ? format.days(line)
      : bar(
          {
            share: Math.abs(line.count) / most,
            width: BAR_COLUMN_WIDTH,
            color: context.brand.color,
          },
          context,
        ),
    format.count(line.count),
    format.quantity(line.quantity, line.unit),
    taxCell(line, context),
    format.cents(line.amountMicros),
  ]
}

function agreedColumns({ texts }: PdfContext): Column[] {
  return [
    { title: texts.description, width: '*' },
    { title: texts.covers, width: 112 },
    { title: texts.count, width: 38, alignment: 'right' },
    { title: `${texts.unitPrice} (€)`, width: 82, alignment: 'right' },
    { title: texts.vat, width: TAX_COLUMN_WIDTH, alignment: 'right' },
    { title: `${texts.amount} (€)`, width: 62, alignment: 'right' },
  ]
}

function agreedCells(line: InvoiceLine, context: LinesContext): string[] {
  const { format } = context
  const isDiscount = line.section === 'discount'
  return [
    line.description,
    format.days(line),
    isDiscount ? '' : format.count(line.quantity),
    isDiscount ? discountText(line, context) : exactOrNone(line, format),
    taxCell(line, context),
    format.cents(line.amountMicros),
  ]
}

/** The percentage and what it is of; nothing beside an amount. */
function discountText(line: InvoiceLine, { texts, format }: PdfContext): string {
  const { percentHundredths, baseMicros } = line
  if (percentHundredths === 0) return ''
  const percent = format.percent(percentHundredths)
  return baseMicros === undefined
    ? percent
    : texts.shareOf({ percent, of: format.cents(baseMicros) })
}

function taxCell(line: InvoiceLine, context: LinesContext): string {
  const { taxCategory, taxPercentHundredths } = taxOfLine(line, context.vat)
  return taxText(taxCategory, taxPercentHundredths, context)
}

function exactOrNone(line: InvoiceLine, format: PdfContext['format']): string {
  return line.unitPriceMicros === undefined ? '' : format.exact(line.unitPriceMicros)
}
