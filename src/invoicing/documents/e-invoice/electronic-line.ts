/** A line of the invoice as BG-25, with a price that gives its amount. */
import { micros, type Micros } from '../../../core/money/money.ts'
import type { InvoiceLine, LineUnit } from '../../invoice-model.ts'
import type { InvoiceTexts } from '../texts/invoice-texts.ts'
import { cleanText } from './clean-text.ts'
import type { ElectronicLine, VatCategory } from './electronic-invoice.ts'

/** UN/ECE recommendation 20; it has no unit for a message or an event. */
const UNIT_CODES: Readonly<Record<LineUnit, string>> = {
  month: 'MON',
  item: 'C62',
  second: 'SEC',
  byte: 'AD',
  message: 'C62',
  event: 'C62',
}

export interface LineContext {
  readonly vat: VatCategory
  readonly texts: Pick<InvoiceTexts, 'sections' | 'products'>
  /** The sub-account that it is of; '' where it is the customer's own. */
  readonly whose?: string
}

export function electronicLine(
  line: InvoiceLine,
  { vat, texts, whose = '' }: LineContext,
): ElectronicLine {
  const { lineNumber, amountMicros, fromDay, toDay, section, product, subject } = line
  return {
    lineNumber,
    ...priced(line),
    amountMicros,
    accountingCost: cleanText(line.costCentre ?? ''),
    period: { fromDay, toDay },
    vat,
    name: cleanText(line.description) || cleanText(subject) || texts.sections[section],
    description: [texts.sections[section], texts.products[product], cleanText(whose)]
      .filter((part) => part !== '')
      .join(', '),
  }
}

type Priced = Pick<ElectronicLine, 'quantity' | 'unitCode' | 'priceMicros' | 'priceQuantity'>

/**
 * A fee has its price per month or item. The price of usage is its amount for its quantity, as tariffs
 * have steps, bands and bundles and so no price of a second. A price is never negative: the quantity is.
 */
function priced({
  quantity,
  unit,
  amountMicros,
  unitPriceMicros,
  exactMicros,
}: InvoiceLine): Priced {
  const unitCode = UNIT_CODES[unit]
  if (unitPriceMicros !== undefined && isProduct(exactMicros, quantity, unitPriceMicros)) {
    const isNegative = unitPriceMicros < 0
    return {
      quantity: isNegative ? withoutMinusZero(-quantity) : quantity,
      unitCode,
      priceMicros: micros(Math.abs(unitPriceMicros)),
      priceQuantity: 1,
    }
  }
  const priceMicros = micros(Math.abs(amountMicros))
  if (quantity === 0 ? amountMicros === 0 : quantity > 0 === amountMicros >= 0) {
    return { quantity, unitCode, priceMicros, priceQuantity: Math.max(1, Math.abs(quantity)) }
  }
  // An adjustment: money without usage, or against its direction.
  return { quantity: amountMicros < 0 ? -1 : 1, unitCode: 'C62', priceMicros, priceQuantity: 1 }
}

function isProduct(exactMicros: Micros, quantity: number, priceMicros: Micros): boolean {
  return BigInt(exactMicros) === BigInt(quantity) * BigInt(priceMicros)
}

function withoutMinusZero(count: number): number {
  return count === 0 ? 0 : count
}
