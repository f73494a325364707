/** The annex: amounts per cost centre and per subscription, exact, so that they add up. */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { addMicros, ZERO_MICROS } from '../../../core/money.ts'
import type { Invoice, SubscriptionSpecification } from '../../invoice-model.ts'
import type { Column, PdfContext } from './page-style.ts'
import { oneLine } from './one-line.ts'
import { sectionTable } from './section-table.ts'

export function specificationTables(invoice: Invoice, context: PdfContext): Content[] {
  if (invoice.specification.length === 0) return []
  return [...costCentres(invoice, context), bySubscription(invoice, context)]
}

function costCentres(invoice: Invoice, context: PdfContext): Content[] {
  const { texts, format } = context
  const sums = new Map<string, { micros: typeof ZERO_MICROS; count: number }>()
  for (const each of invoice.specification) {
    const before = sums.get(each.costCentre) ?? { micros: ZERO_MICROS, count: 0 }
    const micros = addMicros(before.micros, each.totalMicros)
    sums.set(each.costCentre, { micros, count: before.count + 1 })
  }
  if (sums.size < 2) return [] // One cost centre says no more than the total.
  const rows = [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, sum]) => [
      name === '' ? texts.noCostCentre : name,
      format.count(sum.count),
      format.exact(sum.micros),
    ])
  if (invoice.accountWideMicros !== 0) {
    rows.push([texts.accountWide, '', format.exact(invoice.accountWideMicros)])
  }
  const table = {
    title: texts.costCentres,
    note: texts.specificationNote,
    columns: [
      { title: texts.costCentre, width: '*' },
      { title: texts.count, width: 60, alignment: 'right' },
      { title: `${texts.total} (€)`, width: 90, alignment: 'right' },
    ],
    rows,
    total: [texts.total, '', format.exact(exactTotal(invoice))],
  } as const
  return [sectionTable(table, context)]
}

function bySubscription(invoice: Invoice, context: PdfContext): Content {
  const { texts, format } = context
  const rows: (string | TableCell)[][] = invoice.specification.map((each) => cells(each, context))
  if (invoice.accountWideMicros !== 0) {
    const empty = COLUMNS_COUNT - 2
    const amount = format.exact(invoice.accountWideMicros)
    rows.push([texts.accountWide, ...Array.from({ length: empty }, () => ''), amount])
  }
  const totals = Array.from({ length: COLUMNS_COUNT - 2 }, () => '')
  return sectionTable(
    {
      title: texts.specification,
      note: texts.specificationNote,
      columns: columnsOf(context),
      rows,
      total: [texts.total, ...totals, format.exact(exactTotal(invoice))],
    },
    context,
  )
}

const COLUMNS_COUNT = 7
/** What the other columns leave. */
const NAME_WIDTH = 125

function columnsOf({ texts }: PdfContext): Column[] {
  return [
    { title: `${texts.subscription} / ${texts.label}`, width: '*' },
    { title: texts.voice, width: 46, alignment: 'right' },
    { title: texts.data, width: 54, alignment: 'right' },
    { title: texts.messages, width: 42, alignment: 'right' },
    { title: texts.recurring, width: 48, alignment: 'right' },
    { title: texts.usage, width: 58, alignment: 'right' },
    { title: `${texts.total} (€)`, width: 62, alignment: 'right' },
  ]
}

/** Usage here is all that came from usage: traffic, information and what was late. */
function cells(each: SubscriptionSpecification, context: PdfContext): (string | TableCell)[] {
  const { format } = context
  const fixed = addMicros(each.recurringMicros, each.oneOffMicros)
  const fromUsage = addMicros(addMicros(each.usageMicros, each.premiumMicros), each.lateMicros)
  return [
    each.label === '' ? each.number : twoLines(each.number, each.label),
    each.voiceSeconds === 0 ? '' : format.quantity(each.voiceSeconds, 'second'),
    each.dataBytes === 0 ? '' : format.quantity(each.dataBytes, 'byte'),
    each.messagesCount === 0 ? '' : format.count(each.messagesCount),
    format.exact(fixed),
    format.exact(fromUsage),
    format.exact(each.totalMicros),
  ]
}

function twoLines(above: string, below: string): TableCell {
  return { stack: [oneLine(above, { width: NAME_WIDTH }), oneLine(below, { width: NAME_WIDTH })] }
}

function exactTotal(invoice: Invoice) {
  return invoice.specification.reduce(
    (sum, each) => addMicros(sum, each.totalMicros),
    invoice.accountWideMicros,
  )
}
