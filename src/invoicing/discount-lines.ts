/**
 * Discounts of the account as lines of their own, below what they reduce. The base is the sum of
 * the line amounts as printed, so that the customer can check it; the discount is rounded once.
 */
import type { Discount } from '../core/accounts.ts'
import { negateMicros, shareInCents } from '../core/money.ts'
import { holdsAt } from '../core/validity.ts'
import { TAX_CATEGORIES, type InvoiceLine } from './invoice-model.ts'
import { sumMicros } from './vat.ts'

const SECTIONS_REDUCED: Readonly<Record<Discount['on'], readonly InvoiceLine['section'][]>> = {
  recurring: ['recurring'],
  usage: ['usage', 'late'], // Not what third parties charge for information.
  'call-type': ['usage', 'late'],
}

/**
 * One line for each discount and tax category. A discount holds for a line when it is valid at the
 * first moment that the line covers, `dayStart` of its `fromDay`.
 */
export function discountLines(
  lines: readonly InvoiceLine[],
  discounts: readonly Discount[],
  dayStart: (day: number) => number,
): InvoiceLine[] {
  const found: InvoiceLine[] = []
  for (const discount of discounts) {
    const reduced = lines.filter((line) => isReduced(line, discount, dayStart(line.fromDay)))
    for (const taxCategory of TAX_CATEGORIES) {
      const base = reduced.filter((line) => line.taxCategory === taxCategory)
      const share = { numerator: discount.percentHundredths, denominator: 10_000 }
      const amountMicros = negateMicros(
        shareInCents(sumMicros(base.map((line) => line.amountMicros)), share),
      )
      if (amountMicros === 0) continue
      found.push({
        lineNumber: lines.length + found.length + 1,
        section: 'discount',
        product: 'none',
        subject: discount.callType,
        description: discount.description,
        fromDay: Math.min(...base.map((line) => line.fromDay)),
        toDay: Math.max(...base.map((line) => line.toDay)),
        count: 1,
        quantity: 1,
        unit: 'item',
        unitPriceMicros: amountMicros,
        percentHundredths: discount.percentHundredths,
        exactMicros: amountMicros,
        amountMicros,
        taxCategory,
      })
    }
  }
  return found
}

function isReduced(line: InvoiceLine, discount: Discount, atMs: number): boolean {
  if (!SECTIONS_REDUCED[discount.on].includes(line.section)) return false
  if (discount.on === 'call-type' && line.subject !== discount.callType) return false
  return holdsAt(discount, atMs)
}
