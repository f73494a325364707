/** A discount line as allowance of the whole document; one that adds, as what it reduces is a credit, as charge. */
import { micros, shareInCents } from '../../../core/money/money.ts'
import type { InvoiceLine } from '../../invoice-model.ts'
import { cleanText } from './clean-text.ts'
import type { DocumentAdjustment, VatCategory } from './electronic-invoice.ts'

const WHOLE = 10_000

export function adjustmentOf(line: InvoiceLine, vat: VatCategory): DocumentAdjustment {
  const amountMicros = micros(Math.abs(line.amountMicros))
  return {
    kind: line.amountMicros < 0 ? 'allowance' : 'charge',
    amountMicros,
    share: shareOf(line),
    reason: cleanText(line.description) || cleanText(line.subject) || 'discount',
    vat,
  }
}

/** Only where the amount is that percentage of that base: a discount that was cut short says its amount. */
function shareOf({
  amountMicros,
  baseMicros,
  percentHundredths,
}: InvoiceLine): DocumentAdjustment['share'] {
  if (baseMicros === undefined || percentHundredths === 0) return undefined
  const share = shareInCents(baseMicros, { numerator: percentHundredths, denominator: WHOLE })
  if (share + amountMicros !== 0) return undefined
  return { baseMicros: micros(Math.abs(baseMicros)), percentHundredths }
}
