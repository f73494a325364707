/**
 * What discounts reduce, in the smallest parts that they tell apart: of each line that some discount
 * names, what the same discounts hold for at the charges' own time. A fee is for its days, so a
 * discount that begins within them holds for the rest of them.
 */
import type { Discount } from '../../core/accounts/accounts.ts'
import {
  addMicros,
  micros,
  roundToCents,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import type { BillingCalendar } from '../../core/time/period.ts'
import { commonDays, holdsAt, holdsOn, type DayRange } from '../../core/time/validity.ts'
import type { Charge } from './charge.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import type { ChargedLine } from './lines-from-charges.ts'
import { splitByDays } from './split-by-days.ts'

export interface DiscountCell {
  readonly line: InvoiceLine
  /** Whose invoice the line is on; '' = the account's own. */
  readonly billToId: string
  /** Positions in the list of discounts, ascending. */
  readonly holding: readonly number[]
  readonly days: DayRange
  /** Whole cents. The cells of a line add up to its amount. */
  readonly amountMicros: Micros
}

const SECTIONS_REDUCED: Readonly<Record<Discount['on'], readonly InvoiceLine['section'][]>> = {
  recurring: ['recurring'],
  usage: ['usage', 'late', 'correction'], // Not what third parties charge for information.
  'call-type': ['usage', 'late', 'correction'],
}

export function discountCells(
  lines: readonly ChargedLine[],
  discounts: readonly Discount[],
  calendar: BillingCalendar,
): DiscountCell[] {
  return lines.flatMap(({ line, charges, billToId = '' }) => {
    const naming = [...discounts.keys()].filter((index) => isNamed(line, discounts[index]))
    if (naming.length === 0) return []
    const pieces = charges.flatMap((charge) => piecesOf(charge, naming, discounts, calendar))
    return cellsOfLine(line, pieces).map((cell) => ({ ...cell, billToId }))
  })
}

function isNamed(line: InvoiceLine, discount: Discount | undefined): boolean {
  if (discount === undefined || !SECTIONS_REDUCED[discount.on].includes(line.section)) return false
  return discount.on !== 'call-type' || line.subject === discount.callType
}

interface Piece {
  readonly holding: readonly number[]
  readonly days: DayRange
  readonly exactMicros: Micros
}

function piecesOf(
  charge: Charge,
  naming: readonly number[],
  discounts: readonly Discount[],
  calendar: BillingCalendar,
): Piece[] {
  const { fromDay, toDay, chargeMicros, atMs } = charge
  if (atMs !== undefined) {
    const holding = naming.filter((index) => isHolding(discounts[index], atMs))
    const held = holding.map((index) => daysOf(discounts[index], calendar))
    return [
      { holding, days: held.reduce(commonDays, { fromDay, toDay }), exactMicros: chargeMicros },
    ]
  }
  const held = new Map(naming.map((index) => [index, daysOf(discounts[index], calendar)]))
  const boundaries = [...held.values()].flatMap((days) => [days.fromDay, days.toDay])
  return splitByDays({ fromDay, toDay }, chargeMicros, boundaries).map(({ days, exactMicros }) => ({
    holding: naming.filter((index) => holdsOn(held.get(index) ?? NO_DAYS, days.fromDay)),
    days,
    exactMicros,
  }))
}

const NO_DAYS = { fromDay: 0, toDay: 0 }

function isHolding(discount: Discount | undefined, atMs: number): boolean {
  return discount !== undefined && holdsAt(discount, atMs)
}

/** As with fees: the day on which it begins counts, the day on which it ends does not. */
function daysOf(discount: Discount | undefined, calendar: BillingCalendar): DayRange {
  const { fromMs, toMs } = discount ?? { fromMs: Infinity, toMs: Infinity }
  const dayOf = (atMs: number): number => (Number.isFinite(atMs) ? calendar.dayAt(atMs).day : atMs)
  return { fromDay: dayOf(fromMs), toDay: dayOf(toMs) }
}

/** Rounded so that they add up to the line as printed. */
function cellsOfLine(
  line: InvoiceLine,
  pieces: readonly Piece[],
): Omit<DiscountCell, 'billToId'>[] {
  const byHolding = Map.groupBy(pieces, ({ holding }) => holding.join(','))
  const inOrder = [...byHolding].sort(([left], [right]) => (left < right ? -1 : 1))
  let exactMicros = ZERO_MICROS
  return inOrder.map(([, same]) => {
    const before = roundToCents(exactMicros)
    exactMicros = same.reduce((sum, piece) => addMicros(sum, piece.exactMicros), exactMicros)
    const [{ holding } = { holding: [] }] = same
    const days = {
      fromDay: Math.min(...same.map((piece) => piece.days.fromDay)),
      toDay: Math.max(...same.map((piece) => piece.days.toDay)),
    }
    return { line, holding, days, amountMicros: micros(roundToCents(exactMicros) - before) }
  })
}
