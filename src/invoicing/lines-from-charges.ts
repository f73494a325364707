/** Charges → lines: each line is the exact sum of its charges, rounded half up to cents once. */
import { addMicros, roundToCents, ZERO_MICROS } from '../core/money.ts'
import type { Charge } from './charge.ts'
import { INVOICE_SECTIONS, type InvoiceLine } from './invoice-model.ts'

/** Lines in the order of the sections, and within one of their keys. */
export function linesFromCharges(charges: readonly Charge[]): InvoiceLine[] {
  const lines = new Map<string, InvoiceLine>()
  for (const charge of inOrder(charges)) {
    // One line has one tax category, so that VAT per rate is a sum of lines.
    const key = `${charge.section}|${charge.lineKey}|${charge.taxCategory}`
    lines.set(key, withCharge(lines.get(key) ?? emptyLine(charge, lines.size + 1), charge))
  }
  return [...lines.values()]
}

function inOrder(charges: readonly Charge[]): Charge[] {
  return [...charges].sort(
    (left, right) =>
      rankOf(left) - rankOf(right) ||
      compare(left.lineKey, right.lineKey) ||
      compare(left.taxCategory, right.taxCategory),
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
    percentHundredths: 0,
    exactMicros: ZERO_MICROS,
    amountMicros: ZERO_MICROS,
    taxCategory: charge.taxCategory,
  }
}

function withCharge(line: InvoiceLine, charge: Charge): InvoiceLine {
  const exactMicros = addMicros(line.exactMicros, charge.chargeMicros)
  return {
    ...line,
    count: line.count + charge.count,
    quantity: line.quantity + charge.quantity,
    exactMicros,
    amountMicros: roundToCents(exactMicros),
  }
}
