/**
 * Why an invoice is more or less than another one of the account: every line of both belongs to exactly
 * one cause, so that the causes add up to the difference to the cent. Pure: two invoices, one answer.
 */
import assert from 'node:assert/strict'
import {
  addMicros,
  micros,
  negateMicros,
  roundToCents,
  shareInMicros,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import { chargedSide } from '../credit/credit-note-of-period.ts'
import { owedTotals } from '../owed-micros.ts'
import type { Invoice, InvoiceLine, InvoiceSection, RecurringItem } from '../invoice-model.ts'

export const DIFFERENCE_GROUPS = [
  'new',
  'ended',
  'part-of-month',
  'price',
  'quantity',
  'usage',
  'one-off',
  'discount',
  'correction',
  'vat',
] as const
export type DifferenceGroup = (typeof DIFFERENCE_GROUPS)[number]

export interface DifferenceCause {
  readonly group: DifferenceGroup
  /** Plan, module or call type; '' for VAT. */
  readonly subject: string
  /** In the language of the invoice. */
  readonly description: string
  /** Subscriptions, or usages: how many more; 0 where that says nothing. */
  readonly count: number
  /** Whole cents, without VAT but for the VAT itself. */
  readonly amountMicros: Micros
}

export interface InvoiceDifference {
  readonly beforeNumber: string
  readonly beforeGrossMicros: Micros
  readonly afterGrossMicros: Micros
  readonly differenceMicros: Micros
  /** The greatest first; those of nothing are left out. */
  readonly causes: readonly DifferenceCause[]
}

/** A credit note of a period counts as what it takes away. */
export function invoiceDifference(earlier: Invoice, later: Invoice): InvoiceDifference {
  const [before, after] = [asCharged(earlier), asCharged(later)]
  const causes = [
    ...subjectsOf(before, after).flatMap((subject) => recurringCauses(subject)),
    ...otherCauses(before, after),
    vatCause(before, after),
  ].filter(({ amountMicros }) => amountMicros !== 0)
  const differenceMicros = minus(after.totals.grossMicros, before.totals.grossMicros)
  assert.equal(sumOf(causes.map((cause) => cause.amountMicros)), differenceMicros)
  return {
    beforeNumber: before.number,
    beforeGrossMicros: before.totals.grossMicros,
    afterGrossMicros: after.totals.grossMicros,
    differenceMicros,
    causes: causes.toSorted(
      (left, right) => Math.abs(right.amountMicros) - Math.abs(left.amountMicros),
    ),
  }
}

type Charged = Pick<Invoice, 'lines' | 'totals' | 'recurringItems' | 'number'>

function asCharged(invoice: Invoice): Charged {
  const { recurringItems, number } = invoice
  return { lines: chargedSide(invoice), totals: owedTotals(invoice), recurringItems, number }
}

/** Which cause a line that is no fee belongs to; whoever adds a section says it here. */
const GROUP_OF_SECTION: Readonly<Record<Exclude<InvoiceSection, 'recurring'>, DifferenceGroup>> = {
  'one-off': 'one-off',
  usage: 'usage',
  premium: 'usage',
  late: 'correction',
  'late-premium': 'correction',
  correction: 'correction',
  'correction-premium': 'correction',
  discount: 'discount',
  minimum: 'usage',
  credit: 'correction',
}

/** By call type, one-off charge by its words, discount by its words. */
function otherCauses(before: Charged, after: Charged): DifferenceCause[] {
  const causes = new Map<string, DifferenceCause>()
  for (const [invoice, sign] of [
    [after, 1],
    [before, -1],
  ] as const) {
    for (const line of invoice.lines) {
      if (line.section === 'recurring') continue
      const group = GROUP_OF_SECTION[line.section]
      const subject = group === 'usage' || group === 'correction' ? line.subject : ''
      const key = `${group}|${line.product}|${subject || line.description}`
      const known = causes.get(key)
      causes.set(key, {
        group,
        subject: line.subject,
        description: known?.description ?? line.description,
        count: (known?.count ?? 0) + sign * line.count,
        amountMicros: addMicros(
          known?.amountMicros ?? ZERO_MICROS,
          signed(line.amountMicros, sign),
        ),
      })
    }
  }
  return [...causes.values()]
}

function vatCause(before: Charged, after: Charged): DifferenceCause {
  const amountMicros = minus(after.totals.vatMicros, before.totals.vatMicros)
  return { group: 'vat', subject: '', description: '', count: 0, amountMicros }
}

/** The fees of one plan or module on both invoices. */
interface FeeSubject {
  readonly subject: string
  readonly description: string
  readonly before: FeeSide
  readonly after: FeeSide
}

interface FeeSide {
  /** Whole periods at their price. */
  readonly whole: readonly InvoiceLine[]
  readonly parts: readonly InvoiceLine[]
  /** What an earlier invoice had charged, taken back. */
  readonly credits: readonly InvoiceLine[]
  /** Subscriptions with a fee of any kind. */
  readonly known: ReadonlySet<string>
  /** Those that have this one, for each whole period once: in arrears and in advance are two. */
  readonly having: readonly string[]
}

function subjectsOf(before: Charged, after: Charged): FeeSubject[] {
  const fees = [...after.lines, ...before.lines].filter(({ section }) => section === 'recurring')
  return [...Map.groupBy(fees, ({ product, subject }) => `${product}|${subject}`).values()].flatMap(
    ([first]) =>
      first === undefined
        ? []
        : {
            subject: first.subject,
            description: first.description,
            before: sideOf(before, first),
            after: sideOf(after, first),
          },
  )
}

function sideOf(invoice: Charged, { product, subject }: InvoiceLine): FeeSide {
  const lines = invoice.lines.filter(
    (line) => line.section === 'recurring' && line.product === product && line.subject === subject,
  )
  const charged = invoice.recurringItems.filter(({ sign }) => sign === 1)
  const wholeItems = charged.filter((item) => item.subjectId === subject && isWhole(item))
  const wholeDays = new Set(wholeItems.map(({ fromDay, toDay }) => `${fromDay}|${toDay}`))
  const kindOf = (line: InvoiceLine): 'whole' | 'parts' | 'credits' => {
    if (line.quantity < 0) return 'credits'
    return wholeDays.has(`${line.fromDay}|${line.toDay}`) ? 'whole' : 'parts'
  }
  const { whole = [], parts = [], credits = [] } = Object.groupBy(lines, kindOf)
  return {
    whole,
    parts,
    credits,
    known: new Set(charged.map(({ subscriptionId }) => subscriptionId)),
    having: wholeItems.map(({ subscriptionId }) => subscriptionId),
  }
}

function isWhole({ fromDay, toDay, periodStartDay, periodEndDay }: RecurringItem): boolean {
  return fromDay === periodStartDay && toDay === periodEndDay
}

/**
 * Credits and parts as they are; of whole periods, what another count costs at the price of before: new
 * and ended subscriptions, then those that have only this fee more or less; what is left is the price.
 */
function recurringCauses({ subject, description, before, after }: FeeSubject): DifferenceCause[] {
  const cause = (group: DifferenceGroup, count: number, amountMicros: Micros): DifferenceCause => ({
    group,
    subject,
    description,
    count,
    amountMicros,
  })
  const [wholeBefore, wholeAfter] = [amountOf(before.whole), amountOf(after.whole)]
  const [countBefore, countAfter] = [countOf(before.whole), countOf(after.whole)]
  const priced =
    countBefore > 0
      ? { amount: wholeBefore, count: countBefore }
      : { amount: wholeAfter, count: countAfter }
  const added = after.having.filter((id) => !before.known.has(id))
  const gone = before.having.filter((id) => !after.known.has(id))
  const newMicros = timesPrice(added.length, priced)
  const endedMicros = timesPrice(0 - gone.length, priced)
  const movedCount = countAfter - countBefore - added.length + gone.length
  const isOnlyOneSided = countBefore === 0 || countAfter === 0
  const rest = minus(minus(minus(wholeAfter, wholeBefore), newMicros), endedMicros)
  // Where one side has none there is no other price: what is left belongs to the count.
  const movedMicros = isOnlyOneSided ? rest : timesPrice(movedCount, priced)
  return [
    cause('correction', 0, minus(amountOf(after.credits), amountOf(before.credits))),
    cause('part-of-month', 0, minus(amountOf(after.parts), amountOf(before.parts))),
    cause('new', new Set(added).size, newMicros),
    cause('ended', 0 - new Set(gone).size, endedMicros),
    cause('quantity', movedCount, movedMicros),
    cause('price', 0, minus(rest, movedMicros)),
  ]
}

/** Whole cents of so many at the average price of the lines. */
function timesPrice(
  times: number,
  { amount, count }: { readonly amount: Micros; readonly count: number },
): Micros {
  if (times === 0 || count === 0) return ZERO_MICROS
  return roundToCents(shareInMicros(amount, { numerator: times, denominator: count }))
}

function amountOf(lines: readonly InvoiceLine[]): Micros {
  return sumOf(lines.map(({ amountMicros }) => amountMicros))
}

function countOf(lines: readonly InvoiceLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}

function sumOf(amounts: readonly Micros[]): Micros {
  return amounts.reduce((sum, each) => addMicros(sum, each), ZERO_MICROS)
}

function minus(left: Micros, right: Micros): Micros {
  return micros(left - right)
}

function signed(amount: Micros, sign: 1 | -1): Micros {
  return sign === -1 ? negateMicros(amount) : amount
}
