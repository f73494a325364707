/**
 * Discounts of the account as lines of their own, below what they reduce (decision 0311). Percentages
 * are taken of what is printed and add up; amounts are taken of what these leave; nothing falls below
 * zero, and a line that was cut short says so. The order in which discounts are written says nothing.
 */
import assert from 'node:assert/strict'
import type { Discount } from '../../core/accounts/accounts.ts'
import { micros, negateMicros, sharesInCents, type Micros } from '../../core/money/money.ts'
import type { BillingCalendar } from '../../core/time/period.ts'
import { discountCells, type DiscountCell } from './discount-cells.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import type { ChargedLine } from './lines-from-charges.ts'
import type { InvoiceTexts } from '../documents/texts/invoice-texts.ts'
import { compareTaxes, sumMicros, taxKey, taxOfLine } from './vat.ts'

export interface DiscountContext {
  readonly calendar: BillingCalendar
  readonly texts: Pick<InvoiceTexts, 'discountCut'>
}

/** One line for each discount and tax; their numbers follow those of the lines. */
export function discountLines(
  lines: readonly ChargedLine[],
  discounts: readonly Discount[],
  { calendar, texts }: DiscountContext,
): InvoiceLine[] {
  return sharedDiscounts(lines, discounts, { calendar, textsOf: () => texts }).map(
    ({ line }) => line,
  )
}

/** A line, and whose invoice it is on: '' = the account's own. */
export interface BillToLine {
  readonly billToId: string
  readonly line: InvoiceLine
}

/**
 * The same for the invoices of several bill-to's: a percentage is of the lines of each, an amount is taken once,
 * spread over all of them by size.
 */
export function sharedDiscounts(
  lines: readonly ChargedLine[],
  discounts: readonly Discount[],
  context: {
    readonly calendar: BillingCalendar
    readonly textsOf: (billToId: string) => DiscountContext['texts']
  },
): BillToLine[] {
  const { calendar, textsOf } = context
  const inOrder = [...discounts].sort(byPlace)
  const cells = discountCells(lines, inOrder, calendar).map((cell): OpenCell => ({
    ...cell,
    leftMicros: cell.amountMicros,
    percentLeft: WHOLE,
  }))
  const found: BillToLine[] = []
  for (const [index, discount] of inOrder.entries()) {
    const own = cells.filter(({ holding }) => holding.includes(index))
    for (const taken of isPercentage(discount)
      ? takeShare(discount, own)
      : takeAmount(discount, own)) {
      if (taken.amountMicros === 0) continue
      const lineNumber = lines.length + found.length + 1
      const billToId = taken.cells[0]?.billToId ?? ''
      const line = { lineNumber, ...toLine(discount, taken, textsOf(billToId)) }
      found.push({ billToId, line })
    }
  }
  return found
}

const WHOLE = 10_000

/** Still to be reduced: what is left of it, and how many hundredths of a percent were not taken. */
interface OpenCell extends DiscountCell {
  leftMicros: Micros
  percentLeft: number
}

/** From the cells of one tax, on one invoice. */
interface Taken {
  readonly cells: readonly OpenCell[]
  readonly amountMicros: Micros
  readonly baseMicros: Micros | undefined
  readonly isCut: boolean
}

function isPercentage({ amountMicros }: Discount): boolean {
  return amountMicros === 0
}

/** Percentages before amounts, what is for one call type before what is for more. */
function byPlace(left: Discount, right: Discount): number {
  return placeOf(left) < placeOf(right) ? -1 : 1
}

function placeOf(discount: Discount): string {
  const { on, callType, fromMs, percentHundredths, amountMicros, description } = discount
  const rank = [isPercentage(discount) ? 0 : 1, on === 'call-type' ? 0 : 1].join('')
  const sizes = [fromMs, percentHundredths, amountMicros].map((size) =>
    String(size).padStart(17, '0'),
  )
  return [rank, on, callType, ...sizes, description].join('|')
}

/** The percentage of what is printed, rounded once for each tax. */
function takeShare({ percentHundredths }: Discount, cells: readonly OpenCell[]): Taken[] {
  return byTax(cells).map((ofTax) => {
    const shares = ofTax.map((cell) => ({
      amount: cell.amountMicros,
      numerator: Math.min(percentHundredths, cell.percentLeft),
    }))
    const isCut = shares.some(
      ({ amount, numerator }) => amount !== 0 && numerator < percentHundredths,
    )
    for (const cell of ofTax) cell.percentLeft -= Math.min(percentHundredths, cell.percentLeft)
    const wanted = sharesInCents(shares, WHOLE)
    const amountMicros = takeFrom(ofTax, wanted)
    const baseMicros = sumMicros(ofTax.map((cell) => cell.amountMicros))
    return {
      cells: ofTax,
      amountMicros,
      baseMicros,
      isCut: isCut || amountMicros !== sumMicros(wanted),
    }
  })
}

/** The amount once, spread over what is left, by size; credits among it make room for less. */
function takeAmount(discount: Discount, cells: readonly OpenCell[]): Taken[] {
  const room = Math.max(0, sumMicros(cells.map((cell) => cell.leftMicros)))
  const takenMicros = micros(Math.min(discount.amountMicros, room))
  const open = cells.filter((cell) => cell.leftMicros > 0)
  const total = sumMicros(open.map((cell) => cell.leftMicros))
  const sizes = open.map((cell) => ({ amount: takenMicros, numerator: cell.leftMicros }))
  const shares = sharesInCents(sizes, total)
  const wanted = new Map(open.map((cell, index) => [cell, shares[index]]))
  return byTax(open).map((ofTax) => ({
    cells: ofTax,
    amountMicros: takeFrom(
      ofTax,
      ofTax.map((cell) => wanted.get(cell) ?? micros(0)),
    ),
    baseMicros: undefined,
    isCut: takenMicros < discount.amountMicros,
  }))
}

/** Takes as much as wanted in all, of no cell more than is left of it. Returns what was taken. */
function takeFrom(cells: readonly OpenCell[], wanted: readonly Micros[]): Micros {
  let missing = 0
  let taken = 0
  const take = (cell: OpenCell, amount: number): void => {
    const part = clamp(amount, Math.min(0, cell.leftMicros), Math.max(0, cell.leftMicros))
    cell.leftMicros = micros(cell.leftMicros - part)
    taken += part
    missing += amount - part
  }
  for (const [index, cell] of cells.entries()) take(cell, wanted[index] ?? 0)
  for (const cell of cells) {
    const rest = missing
    missing = 0
    if (rest !== 0) take(cell, rest)
  }
  return micros(taken)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

function byTax(cells: readonly OpenCell[]): OpenCell[][] {
  const taxOf = ({ line }: OpenCell) => taxOfLine(line, [])
  const inOrder = [...cells].sort((left, right) => compareTaxes(taxOf(left), taxOf(right)))
  const keyOf = (cell: OpenCell) => `${cell.billToId}|${taxKey(taxOf(cell))}`
  return [...Map.groupBy(inOrder, keyOf).values()]
}

function toLine(
  discount: Discount,
  { cells, amountMicros, baseMicros, isCut }: Taken,
  texts: DiscountContext['texts'],
): Omit<InvoiceLine, 'lineNumber'> {
  const [first] = cells
  assert(first !== undefined, 'a discount is taken from something')
  const reduction = negateMicros(amountMicros)
  return {
    section: 'discount',
    product: 'none',
    subject: discount.callType,
    description: isCut ? texts.discountCut(discount.description) : discount.description,
    fromDay: Math.min(...cells.map(({ days }) => days.fromDay)),
    toDay: Math.max(...cells.map(({ days }) => days.toDay)),
    count: 1,
    quantity: 1,
    unit: 'item',
    unitPriceMicros: reduction,
    percentHundredths: discount.percentHundredths,
    exactMicros: reduction,
    amountMicros: reduction,
    ...taxOfLine(first.line, []),
    ...(baseMicros === undefined ? {} : { baseMicros }),
  }
}
