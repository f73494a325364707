/**
 * VAT: which category and rate a charge has between these two parties, and the amount per rate. VAT is
 * rounded once, on the net total of a rate, never per line (Royal Decree of 8 July 2025; EN 16931).
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { vatAt } from '../../catalogue/vat-at.ts'
import type { Party } from '../../core/accounts/accounts.ts'
import {
  addMicros,
  micros,
  shareInCents,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import { isRated, TAX_CATEGORIES, type Tax, type TaxChoices } from '../../core/money/tax.ts'
import type { InvoiceLine, InvoiceTotals, VatSubtotal } from '../invoice-model.ts'

/** The tax of something that is sold, at the charge's own time, seen from the two parties. */
export type TaxAt = (choices: TaxChoices, atMs: number) => Tax

export interface TaxParties {
  readonly seller: Party
  readonly customer: Party
}

/**
 * Between businesses of different member states the customer owes the VAT (article 196 of the VAT
 * directive), so what would bear VAT is reversed.
 */
export function taxBetween(
  { seller, customer }: TaxParties,
  catalogue: Pick<Catalogue, 'vatRates'>,
): TaxAt {
  const { country } = seller.address
  const isReversed = country !== customer.address.country && customer.vatId.trim() !== ''
  return (choices, atMs) => {
    const tax = vatAt(catalogue, country, choices, atMs)
    return isReversed && isRated(tax.taxCategory) ? REVERSED : tax
  }
}

const REVERSED: Tax = { taxCategory: 'reverse-charge', taxPercentHundredths: 0 }

/** One for each category and rate that some line has. */
export function vatSubtotals(
  lines: readonly (Tax & Pick<InvoiceLine, 'amountMicros'>)[],
): VatSubtotal[] {
  const byTax = Map.groupBy([...lines].sort(compareTaxes), taxKey)
  return [...byTax.values()].flatMap((ofTax): VatSubtotal[] => {
    const [first] = ofTax
    if (first === undefined) return []
    const { taxCategory, taxPercentHundredths: percentHundredths } = first
    const netMicros = sumMicros(ofTax.map((line) => line.amountMicros))
    return [
      {
        taxCategory,
        percentHundredths,
        netMicros,
        vatMicros: vatOf(netMicros, percentHundredths),
      },
    ]
  })
}

/** In the order of the categories, the higher rate first. */
export function compareTaxes(left: Tax, right: Tax): number {
  return (
    TAX_CATEGORIES.indexOf(left.taxCategory) - TAX_CATEGORIES.indexOf(right.taxCategory) ||
    right.taxPercentHundredths - left.taxPercentHundredths
  )
}

/** Lines with one key are in one row of the VAT table. */
export function taxKey({ taxCategory, taxPercentHundredths }: Tax): string {
  return `${taxCategory}|${taxPercentHundredths}`
}

/** Whether the VAT table is that of the lines: each net, and each VAT rounded once on it. */
export function vatHolds(lines: readonly InvoiceLine[], vat: readonly VatSubtotal[]): boolean {
  const again = vatSubtotals(lines.map((line) => ({ ...line, ...taxOfLine(line, vat) })))
  return (
    again.length === vat.length &&
    again.every((subtotal, index) => isSameSubtotal(subtotal, vat[index]))
  )
}

/** Lines of builds before do not say their rate: then each category had one. */
export function taxOfLine(
  { taxCategory, taxPercentHundredths }: Pick<InvoiceLine, 'taxCategory' | 'taxPercentHundredths'>,
  vat: readonly VatSubtotal[],
): Tax {
  const ofCategory = vat.find((subtotal) => subtotal.taxCategory === taxCategory)
  return {
    taxCategory,
    taxPercentHundredths: taxPercentHundredths ?? ofCategory?.percentHundredths ?? 0,
  }
}

function isSameSubtotal(left: VatSubtotal, right: VatSubtotal | undefined): boolean {
  return (
    left.taxCategory === right?.taxCategory &&
    left.percentHundredths === right.percentHundredths &&
    left.netMicros === right.netMicros &&
    left.vatMicros === right.vatMicros
  )
}

function vatOf(netMicros: Micros, percentHundredths: number): Micros {
  return shareInCents(netMicros, { numerator: percentHundredths, denominator: 10_000 })
}

export function invoiceTotals(vat: readonly VatSubtotal[]): InvoiceTotals {
  const netMicros = sumMicros(vat.map((subtotal) => subtotal.netMicros))
  const vatMicros = sumMicros(vat.map((subtotal) => subtotal.vatMicros))
  return { netMicros, vatMicros, grossMicros: micros(netMicros + vatMicros) }
}

export function sumMicros(amounts: readonly Micros[]): Micros {
  return amounts.reduce(addMicros, ZERO_MICROS)
}
