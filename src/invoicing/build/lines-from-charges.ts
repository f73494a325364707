/** Charges → lines: each line is the exact sum of its charges, rounded half up to cents once. */
import { addMicros, roundToCents, ZERO_MICROS } from '../../core/money/money.ts'
import type { Charge } from './charge.ts'
import { INVOICE_SECTIONS, type InvoiceLine } from '../invoice-model.ts'
import { compareTaxes, taxKey } from './vat.ts'

export interface ChargedLine {
  readonly line: InvoiceLine
  /** What it is the sum of. */
  readonly charges: readonly Charge[]
  /** Whose invoice it is on; left out = the account's own. */
  readonly billToId?: string
}

export function linesFromCharges(charges: readonly Charge[]): InvoiceLine[] {
  return chargedLines(charges).map(({ line }) => line)
}

/** Lines in the order of the sections, and within one of their keys. */
export function chargedLines(charges: readonly Charge[]): ChargedLine[] {
  // One line has one tax, so that VAT per rate is a sum of lines.
  const byLine = Map.groupBy(
    inOrder(charges),
    (charge) => `${charge.section}|${charge.lineKey}|${taxKey(charge)}|${charge.costCentre ?? ''}`,
  )
  return [...byLine.values()].flatMap((ofLine, index) => {
    const [first] = ofLine
    if (first === undefined) return []
    return { line: ofLine.reduce(withCharge, emptyLine(first, index + 1)), charges: ofLine }
  })
}

function inOrder(charges: readonly Charge[]): Charge[] {
  return [...charges].sort(
    (left, right) =>
      rankOf(left) - rankOf(right) ||
      compare(left.lineKey, right.lineKey) ||
      compareTaxes(left, right) ||
      compare(left.costCentre ?? '', right.costCentre ?? ''),
  )
}

function rankOf(charge: Charge): number {
  return INVOICE_SECTIONS.indexOf(charge.section)
}

/** By code point: the same order everywhere, whatever the locale of the machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function emptyLine(charge: Charge, lineNumber: number): InvoiceLine {
  const { section, product, subject, description, fromDay, toDay, unit, unitPriceMicros } = charge
  return {
    lineNumber,
    section,
    product,
    subject,
    description,
    fromDay,
    toDay,
    count: 0,
    quantity: 0,
    unit,
    unitPriceMicros,
    ...(charge.share === undefined ? {} : { share: charge.share }),
    percentHundredths: 0,
    exactMicros: ZERO_MICROS,
    amountMicros: ZERO_MICROS,
    taxCategory: charge.taxCategory,
    taxPercentHundredths: charge.taxPercentHundredths,
    ...((charge.costCentre ?? '') === '' ? {} : { costCentre: charge.costCentre }),
  }
}

function withCharge(line: InvoiceLine, charge: Charge): InvoiceLine {
  const exactMicros = addMicros(line.exactMicros, charge.chargeMicros)
  return {
    ...line,
    count: line.count + charge.count,
    quantity: line.quantity + charge.quantity,
    ...(charge.outOfBundleQuantity === undefined
      ? {}
      : { outOfBundleQuantity: (line.outOfBundleQuantity ?? 0) + charge.outOfBundleQuantity }),
    exactMicros,
    amountMicros: roundToCents(exactMicros),
  }
}
