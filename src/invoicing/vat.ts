/**
 * VAT: which category a charge has between these two parties, and the amount per rate. VAT is
 * rounded once, on the net total of a rate, never per line (Royal Decree of 8 July 2025; EN 16931).
 */
import type { Party } from '../core/accounts.ts'
import { TikError } from '../core/errors.ts'
import { addMicros, micros, shareInCents, ZERO_MICROS, type Micros } from '../core/money.ts'
import {
  TAX_CATEGORIES,
  type InvoiceLine,
  type InvoiceTotals,
  type TaxCategory,
  type VatSubtotal,
} from './invoice-model.ts'

/** Hundredths of a percent, by the seller's country. */
const STANDARD_RATES: Readonly<Record<string, number>> = { NL: 2100, BE: 2100 }

/** The tax of the catalogue, seen from the two parties. */
export type TaxOf = (taxCategory: 'standard' | 'zero' | 'exempt') => TaxCategory

/**
 * Between businesses of different member states the customer owes the VAT (article 196 of the VAT
 * directive), so what would be taxed at the standard rate is reversed.
 */
export function taxBetween(seller: Party, customer: Party): TaxOf {
  const isReversed =
    seller.address.country !== customer.address.country && customer.vatId.trim() !== ''
  return (taxCategory) =>
    taxCategory === 'standard' && isReversed ? 'reverse-charge' : taxCategory
}

/** Throws `invoice_invalid` when the seller's country has no rate here. */
export function standardRateOf(seller: Party): number {
  const rate = STANDARD_RATES[seller.address.country]
  if (rate === undefined) {
    throw new TikError('invoice_invalid', `no VAT rate for sellers in ${seller.address.country}`, {
      hint: 'give the partner the country NL or BE',
    })
  }
  return rate
}

export function vatSubtotals(
  lines: readonly Pick<InvoiceLine, 'taxCategory' | 'amountMicros'>[],
  standardRateHundredths: number,
): VatSubtotal[] {
  return TAX_CATEGORIES.filter((category) =>
    lines.some((line) => line.taxCategory === category),
  ).map((taxCategory) => {
    const percentHundredths = taxCategory === 'standard' ? standardRateHundredths : 0
    const netMicros = sumMicros(
      lines.filter((line) => line.taxCategory === taxCategory).map((line) => line.amountMicros),
    )
    const share = { numerator: percentHundredths, denominator: 10_000 }
    return { taxCategory, percentHundredths, netMicros, vatMicros: shareInCents(netMicros, share) }
  })
}

export function invoiceTotals(vat: readonly VatSubtotal[]): InvoiceTotals {
  const netMicros = sumMicros(vat.map((subtotal) => subtotal.netMicros))
  const vatMicros = sumMicros(vat.map((subtotal) => subtotal.vatMicros))
  return { netMicros, vatMicros, grossMicros: micros(netMicros + vatMicros) }
}

export function sumMicros(amounts: readonly Micros[]): Micros {
  return amounts.reduce(addMicros, ZERO_MICROS)
}
