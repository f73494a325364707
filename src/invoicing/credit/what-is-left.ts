/** What of an invoice no credit note has taken back yet: by line, by row of its VAT table and in total. Pure. */
import { micros, type Micros } from '../../core/money/money.ts'
import type { Tax } from '../../core/money/tax.ts'
import { sumMicros, taxKey, taxOfLine } from '../build/vat.ts'
import type { CreditNote, Invoice, InvoiceLine, InvoiceTotals } from '../invoice-model.ts'

export interface WhatIsLeft {
  /** In the order of the invoice. */
  readonly lines: readonly LineLeft[]
  readonly taxes: readonly TaxLeft[]
  readonly totals: InvoiceTotals
}

export interface LineLeft {
  readonly line: InvoiceLine
  readonly tax: Tax
  readonly exactMicros: Micros
  readonly amountMicros: Micros
  /** No credit note named it. */
  readonly isUntouched: boolean
}

/** A row of the invoice's VAT table. */
export interface TaxLeft extends Tax {
  readonly reason: string | undefined
  readonly billedNetMicros: Micros
  readonly billedVatMicros: Micros
  readonly netMicros: Micros
  readonly vatMicros: Micros
  /** Credited of no single line. */
  readonly unplacedMicros: Micros
}

/** `credits` are all credit notes of the invoice. */
export function whatIsLeft(original: Invoice, credits: readonly CreditNote[]): WhatIsLeft {
  const taken = credits.flatMap((note) =>
    note.lines.map((line) => ({ ...line, tax: taxOfLine(line, note.vat) })),
  )
  const byLine = Map.groupBy(taken, ({ correctsLine }) => correctsLine ?? 0)
  return {
    lines: original.lines.map((line) =>
      lineLeft(line, original, byLine.get(line.lineNumber) ?? []),
    ),
    taxes: original.vat.map((row) => {
      const { taxCategory, percentHundredths, netMicros, vatMicros, reason } = row
      const tax = { taxCategory, taxPercentHundredths: percentHundredths }
      const rows = credits
        .flatMap(({ vat }) => vat)
        .filter((each) => each.taxCategory === taxCategory)
        .filter((each) => each.percentHundredths === percentHundredths)
      const unplaced = (byLine.get(0) ?? []).filter((line) => taxKey(line.tax) === taxKey(tax))
      return {
        ...tax,
        reason,
        billedNetMicros: netMicros,
        billedVatMicros: vatMicros,
        netMicros: less(
          netMicros,
          rows.map((each) => each.netMicros),
        ),
        vatMicros: less(
          vatMicros,
          rows.map((each) => each.vatMicros),
        ),
        unplacedMicros: sumMicros(unplaced.map(({ amountMicros }) => amountMicros)),
      }
    }),
    totals: totalsLeft(original.totals, credits),
  }
}

/** Nothing of any rate: then the invoice is credited. */
export function isExhausted({ taxes, totals }: WhatIsLeft): boolean {
  return totals.grossMicros === 0 && taxes.every(({ netMicros }) => netMicros === 0)
}

/** What is left lies between nothing and what was billed, which can be below nothing. */
export function isBetween(leftMicros: Micros, billedMicros: Micros): boolean {
  return billedMicros < 0
    ? leftMicros <= 0 && leftMicros >= billedMicros
    : leftMicros >= 0 && leftMicros <= billedMicros
}

function lineLeft(line: InvoiceLine, original: Invoice, taken: readonly InvoiceLine[]): LineLeft {
  return {
    line,
    tax: taxOfLine(line, original.vat),
    exactMicros: less(
      line.exactMicros,
      taken.map(({ exactMicros }) => exactMicros),
    ),
    amountMicros: less(
      line.amountMicros,
      taken.map(({ amountMicros }) => amountMicros),
    ),
    isUntouched: taken.length === 0,
  }
}

function totalsLeft(totals: InvoiceTotals, credits: readonly CreditNote[]): InvoiceTotals {
  const left = (amountOf: (of: InvoiceTotals) => Micros): Micros =>
    less(
      amountOf(totals),
      credits.map((note) => amountOf(note.totals)),
    )
  return {
    netMicros: left(({ netMicros }) => netMicros),
    vatMicros: left(({ vatMicros }) => vatMicros),
    grossMicros: left(({ grossMicros }) => grossMicros),
  }
}

function less(amount: Micros, taken: readonly Micros[]): Micros {
  return micros(amount - sumMicros(taken))
}
