/** A line in UBL, and what lines share with totals: amounts and categories of VAT. */
import { microsToDecimal, type Micros } from '../../../core/money/money.ts'
import type { ElectronicLine, VatBreakdown, VatCategory } from './electronic-invoice.ts'
import { ublPeriod } from './ubl-period.ts'
import { vatScheme } from './ubl-party.ts'
import { group, leaf, type XmlElement } from './xml.ts'

export function ublLine(line: ElectronicLine, isCredit: boolean): XmlElement | undefined {
  const { quantity, unitCode, priceQuantity } = line
  const quantityName = isCredit ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity'
  return group(isCredit ? 'cac:CreditNoteLine' : 'cac:InvoiceLine', [
    leaf('cbc:ID', String(line.lineNumber)),
    leaf(quantityName, String(quantity), { unitCode }),
    amount('cbc:LineExtensionAmount', line.amountMicros),
    leaf('cbc:AccountingCost', line.accountingCost),
    ublPeriod(line.period),
    group('cac:Item', [
      leaf('cbc:Description', line.description),
      leaf('cbc:Name', line.name),
      taxCategory('cac:ClassifiedTaxCategory', line.vat),
    ]),
    group('cac:Price', [
      leaf('cbc:PriceAmount', priceText(line.priceMicros), { currencyID: 'EUR' }),
      priceQuantity === 1
        ? undefined
        : leaf('cbc:BaseQuantity', String(priceQuantity), { unitCode }),
    ]),
  ])
}

/** Whole cents. */
export function amount(name: string, value: Micros): XmlElement | undefined {
  return leaf(name, microsToDecimal(value, 2), { currencyID: 'EUR' })
}

export function taxCategory(
  name: string,
  { code, percentHundredths }: VatCategory,
  reason: Pick<VatBreakdown, 'exemptionReason' | 'exemptionCode'> = NO_REASON,
): XmlElement | undefined {
  return group(name, [
    leaf('cbc:ID', code),
    code === 'O' ? undefined : leaf('cbc:Percent', percentText(percentHundredths)),
    leaf('cbc:TaxExemptionReasonCode', reason.exemptionCode),
    leaf('cbc:TaxExemptionReason', reason.exemptionReason),
    vatScheme(),
  ])
}

const NO_REASON = { exemptionReason: '', exemptionCode: '' }

/** Hundredths of a percent: 2100 → '21.00'. */
export function percentText(hundredths: number): string {
  const digits = String(hundredths).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** All digits that there are, two at least. */
function priceText(price: Micros): string {
  return microsToDecimal(price).replace(/0{1,4}$/, '')
}
