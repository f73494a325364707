/** The lines of the invoice, one table for each section, with what each covers. */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { sumMicros, taxOfLine } from '../../build/vat.ts'
import {
  INVOICE_SECTIONS,
  nameOfSubAccount,
  USAGE_SECTIONS,
  type Invoice,
  type InvoiceLine,
  type InvoiceSection,
} from '../../invoice-model.ts'
import { roundToCents } from '../../../core/money/money.ts'
import { lineNote } from './line-note.ts'
import { MUTED, NOTE_SIZE, type Column, type PdfContext } from './page-style.ts'
import { isHidden, shownLines } from './shown-lines.ts'
import { bar } from './bar.ts'
import { sectionTable } from './section-table.ts'
import { taxText } from './tax-text.ts'

/** With the invoice: lines of builds before take their rate from its VAT table. */
type LinesContext = PdfContext & {
  readonly invoice: Invoice
  /** The sub-account that the lines are of; '' where they are the customer's own. */
  readonly whose: string
}

/** A bar for each call type, beside the one of its product with the most usages. */
const BAR_COLUMN_WIDTH = 56
const TAX_COLUMN_WIDTH = 38

export function invoiceDetails(invoice: Invoice, context: PdfContext): Content[] {
  const subIds = (invoice.subAccounts ?? []).map(({ accountId }) => accountId)
  return [undefined, ...subIds].flatMap((subAccountId) => {
    const isOwn = (line: InvoiceLine): boolean => line.subAccountId === subAccountId
    const own = { ...invoice, lines: invoice.lines.filter(isOwn) }
    const whose = nameOfSubAccount(invoice, subAccountId)
    return INVOICE_SECTIONS.flatMap((section) => {
      const lines = shownLines(own, section)
      if (lines.length === 0) return []
      return [sectionOf(section, lines, { ...context, invoice: own, whose })]
    })
  })
}

function sectionOf(
  section: InvoiceSection,
  lines: readonly InvoiceLine[],
  context: LinesContext,
): Content {
  const { texts, format, whose } = context
  const isUsage = USAGE_SECTIONS.has(section)
  const subtotal = format.cents(sumMicros(lines.map((line) => line.amountMicros)))
  const columns = isUsage ? usageColumns(section, context) : agreedColumns(context)
  return sectionTable(
    {
      title: [whose, texts.sections[section]].filter((part) => part !== '').join(' – '),
      ...notesOf(section, context),
      columns,
      rows: lines.map((line) =>
        isUsage ? usageCells(line, lines, context) : agreedCells(line, context),
      ),
      total: [texts.subtotal, ...columns.slice(2).map(() => ''), subtotal],
    },
    context,
  )
}

/** What the bars mean, and how many lines are left out. */
function notesOf(section: InvoiceSection, { texts, paper, invoice }: LinesContext) {
  const count = invoice.lines.filter(
    (line) => line.section === section && isHidden(line, invoice),
  ).length
  const note = [
    ...(section === 'usage' ? [texts.usageNote] : []),
    ...(count === 0 ? [] : [paper.hiddenLines(count)]),
  ].join(' ')
  return note === '' ? {} : { note }
}

/** Usage of closed periods: its own period stands beside it. */
function isLate(section: InvoiceSection): boolean {
  return USAGE_SECTIONS.has(section) && section !== 'usage' && section !== 'premium'
}

function usageColumns(section: InvoiceSection, { texts, paper }: PdfContext): Column[] {
  const middle: Column = isLate(section)
    ? { title: texts.covers, width: 116 }
    : { title: '', width: BAR_COLUMN_WIDTH }
  return [
    { title: texts.description, width: '*' },
    middle,
    { title: texts.count, width: 44, alignment: 'right' },
    { title: texts.quantity, width: 58, alignment: 'right' },
    { title: texts.vat, width: TAX_COLUMN_WIDTH, alignment: 'right' },
    { title: `${paper.amountExVat} (€)`, width: 78, alignment: 'right' },
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
    named(`${texts.products[line.product]} – ${line.description}`, line, context),
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

function agreedColumns({ texts, paper }: PdfContext): Column[] {
  return [
    { title: texts.description, width: '*' },
    { title: texts.covers, width: 116 },
    { title: texts.count, width: 38, alignment: 'right' },
    { title: `${texts.unitPrice} (€)`, width: 64, alignment: 'right' },
    { title: texts.vat, width: TAX_COLUMN_WIDTH, alignment: 'right' },
    { title: `${paper.amountExVat} (€)`, width: 78, alignment: 'right' },
  ]
}

function agreedCells(line: InvoiceLine, context: LinesContext): (string | TableCell)[] {
  const { format } = context
  const isDiscount = line.section === 'discount'
  return [
    named(line.description, line, context),
    format.days(line),
    isDiscount ? '' : format.count(line.quantity),
    isDiscount ? discountText(line, context) : priceText(line, format),
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
  const { taxCategory, taxPercentHundredths } = taxOfLine(line, context.invoice.vat)
  return taxText(taxCategory, taxPercentHundredths, context)
}

/** In cents; where it is of part of a period the days and the whole fee stand below the name. */
function priceText({ unitPriceMicros }: InvoiceLine, format: PdfContext['format']): string {
  return unitPriceMicros === undefined ? '' : format.cents(roundToCents(unitPriceMicros))
}

/** The name, and small below it how the amount came about. */
function named(name: string, line: InvoiceLine, context: LinesContext): string | TableCell {
  const note = lineNote(line, context)
  if (note === '') return name
  return { stack: [name, { text: note, fontSize: NOTE_SIZE, color: MUTED }] }
}
