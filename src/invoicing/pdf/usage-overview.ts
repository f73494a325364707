/** What was used, at a glance: a bar for each call type of a product. */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import type { Invoice, InvoiceLine } from '../invoice-model.ts'
import { innerWidth, type PdfContext } from './page-style.ts'
import { sectionTable } from './section-table.ts'

const BAR_COLUMN_WIDTH = 150

/** Bars are relative to the call type with the most usages of the same product. */
export function usageOverview(invoice: Invoice, context: PdfContext): Content[] {
  const { texts, format } = context
  const lines = invoice.lines.filter((line) => line.section === 'usage' && line.count > 0)
  if (lines.length === 0) return []
  const rows = lines.map((line) => [
    `${texts.products[line.product]} – ${line.description}`,
    bar(line, most(lines, line.product), context),
    format.count(line.count),
    format.quantity(line.quantity, line.unit),
  ])
  const overview = {
    title: texts.usageOverview,
    note: texts.usageOverviewNote,
    columns: [
      { title: texts.description, width: '*' },
      { title: '', width: BAR_COLUMN_WIDTH },
      { title: texts.calls, width: 52, alignment: 'right' },
      { title: texts.quantity, width: 74, alignment: 'right' },
    ],
    rows,
  } as const
  return [sectionTable(overview, context)]
}

function most(lines: readonly InvoiceLine[], product: InvoiceLine['product']): number {
  return Math.max(...lines.filter((line) => line.product === product).map((line) => line.count))
}

function bar(line: InvoiceLine, largest: number, { brand }: PdfContext): TableCell {
  const room = innerWidth({ width: BAR_COLUMN_WIDTH })
  const width = Math.max(1.5, Math.round((room * line.count * 10) / largest) / 10)
  return {
    canvas: [
      { type: 'rect', x: 0, y: 2.5, w: room, h: 6, r: 3, color: brand.tint },
      { type: 'rect', x: 0, y: 2.5, w: width, h: 6, r: Math.min(3, width / 2), color: brand.color },
    ],
  }
}
