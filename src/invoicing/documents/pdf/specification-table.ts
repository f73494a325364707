/** The annex: amounts per cost centre and per subscription. They add up exactly; on paper they are in cents. */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { addMicros, roundToCents, ZERO_MICROS, type Micros } from '../../../core/money/money.ts'
import type { Invoice, SubscriptionSpecification } from '../../invoice-model.ts'
import type { InvoiceTexts } from '../texts/invoice-texts.ts'
import { MUTED, NOTE_SIZE, type Column, type PdfContext } from './page-style.ts'
import { oneLine } from './one-line.ts'
import { sectionTable } from './section-table.ts'

export function specificationTables(invoice: Invoice, context: PdfContext): Content[] {
  const { specification } = invoice
  return [
    ...(specification.length === 0
      ? []
      : [...costCentres(invoice, context), bySubscription(invoice, context)]),
    ...bySubAccount(invoice, context),
  ]
}

/** Each as a whole: what its subscriptions used is for the sub-account to see. */
function bySubAccount(invoice: Invoice, context: PdfContext): Content[] {
  const { texts, paper, format } = context
  const { subAccounts = [] } = invoice
  const named = subAccounts.filter(
    ({ specification, accountWideMicros }) => specification.length > 0 || accountWideMicros !== 0,
  )
  if (named.length === 0) return []
  const rows = [
    [invoice.customer.party.legalName, invoice.customer.accountId, exactTotal(invoice)] as const,
    ...named.map((sub) => [sub.name, sub.accountId, exactTotal(sub)] as const),
  ]
  const total = rows.reduce((sum, [, , exact]) => addMicros(sum, exact), ZERO_MICROS)
  const table = {
    title: paper.subAccounts,
    note: paper.roundedNote,
    columns: [
      { title: texts.description, width: '*' },
      { title: texts.account, width: 120 },
      { title: `${texts.total} (€)`, width: 90, alignment: 'right' },
    ],
    rows: rows.map(([name, id, exact]) => [name, id, format.cents(roundToCents(exact))]),
    total: [texts.total, '', format.cents(roundToCents(total))],
  } as const
  return [sectionTable(table, context)]
}

function costCentres(invoice: Invoice, context: PdfContext): Content[] {
  const { texts, paper, format } = context
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
      format.cents(roundToCents(sum.micros)),
    ])
  if (invoice.accountWideMicros !== 0) {
    rows.push([texts.accountWide, '', format.cents(roundToCents(invoice.accountWideMicros))])
  }
  const table = {
    title: texts.costCentres,
    note: paper.roundedNote,
    columns: [
      { title: texts.costCentre, width: '*' },
      { title: texts.count, width: 60, alignment: 'right' },
      { title: `${texts.total} (€)`, width: 90, alignment: 'right' },
    ],
    rows,
    total: [texts.total, '', format.cents(roundToCents(exactTotal(invoice)))],
  } as const
  return [sectionTable(table, context)]
}

function bySubscription(invoice: Invoice, context: PdfContext): Content {
  const { texts, paper, format } = context
  const columns = AMOUNT_COLUMNS.filter(
    ({ isAlways, amountOf }) =>
      isAlways || invoice.specification.some((each) => amountOf(each) !== 0),
  )
  const cents = (amount: Micros): string => format.cents(roundToCents(amount))
  const nameWidth = NAME_WIDTH + (AMOUNT_COLUMNS.length - columns.length) * AMOUNT_WIDTH
  const rows: (string | TableCell)[][] = invoice.specification.map((each) => [
    nameCell(each, nameWidth, context),
    ...columns.map(({ amountOf }) => (amountOf(each) === 0 ? '' : cents(amountOf(each)))),
    cents(each.totalMicros),
  ])
  const empty = columns.map(() => '')
  if (invoice.accountWideMicros !== 0) {
    rows.push([texts.accountWide, ...empty, cents(invoice.accountWideMicros)])
  }
  return sectionTable(
    {
      title: texts.specification,
      note: `${paper.roundedNote} ${texts.dataUnits}`,
      columns: [
        { title: `${texts.subscription} / ${texts.label}`, width: '*' },
        ...columns.map(({ titleOf }): Column => ({
          title: titleOf(texts),
          width: AMOUNT_WIDTH,
          alignment: 'right',
        })),
        { title: `${texts.total} (€)`, width: 58, alignment: 'right' },
      ],
      rows,
      total: [texts.total, ...empty, cents(exactTotal(invoice))],
    },
    context,
  )
}

interface AmountColumn {
  readonly titleOf: (texts: InvoiceTexts) => string
  readonly amountOf: (each: SubscriptionSpecification) => Micros
  /** Printed where nobody has any, too. */
  readonly isAlways: boolean
}

const AMOUNT_COLUMNS: readonly AmountColumn[] = [
  { titleOf: (texts) => texts.recurring, amountOf: (each) => each.recurringMicros, isAlways: true },
  { titleOf: (texts) => texts.oneOff, amountOf: (each) => each.oneOffMicros, isAlways: false },
  { titleOf: (texts) => texts.usage, amountOf: (each) => each.usageMicros, isAlways: true },
  { titleOf: (texts) => texts.premium, amountOf: (each) => each.premiumMicros, isAlways: false },
  { titleOf: (texts) => texts.late, amountOf: (each) => each.lateMicros, isAlways: false },
]
const AMOUNT_WIDTH = 50
/** What the other columns leave at least. */
const NAME_WIDTH = 131

/** Its number; small below it whose it is, what it is booked on, and how much it used. */
function nameCell(
  each: SubscriptionSpecification,
  width: number,
  { format }: PdfContext,
): string | TableCell {
  const further = [
    each.label,
    each.costCentre,
    each.voiceSeconds === 0 ? '' : format.quantity(each.voiceSeconds, 'second'),
    each.dataBytes === 0 ? '' : format.quantity(each.dataBytes, 'byte'),
    each.messagesCount === 0 ? '' : `${format.count(each.messagesCount)}\u00a0SMS`,
  ].filter(Boolean)
  if (further.length === 0) return each.number
  const below = oneLine(further.join('\u00a0· '), { width, fontSize: NOTE_SIZE })
  return { stack: [oneLine(each.number, { width }), { ...below, color: MUTED }] }
}

function exactTotal({
  specification,
  accountWideMicros,
}: Pick<Invoice, 'specification' | 'accountWideMicros'>): Micros {
  return specification.reduce((sum, each) => addMicros(sum, each.totalMicros), accountWideMicros)
}
