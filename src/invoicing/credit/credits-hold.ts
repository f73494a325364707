/**
 * Whether the credit notes of an invoice are what they can be: each takes back no more than the ones before it
 * left, of its lines and of each rate, with the VAT that follows from them. Pure.
 */
import { roundToCents } from '../../core/money/money.ts'
import { invoiceTotals, sumMicros, taxKey, taxOfLine } from '../build/vat.ts'
import type { CreditNote, Invoice } from '../invoice-model.ts'
import { creditedVat } from './build-credit-note.ts'
import { isBetween, isExhausted, whatIsLeft, type WhatIsLeft } from './what-is-left.ts'

/** What is wrong, a sentence each with the number of the credit note. */
export function creditMistakes(original: Invoice, credits: readonly CreditNote[]): string[] {
  return credits.flatMap((note, index) => {
    const before = credits.slice(0, index)
    return mistakesOf(original, before, note).map((text) => `${note.number}: ${text}`)
  })
}

/** Whether the invoice must be marked as credited. */
export function isCreditedWhole(original: Invoice, credits: readonly CreditNote[]): boolean {
  return credits.length > 0 && isExhausted(whatIsLeft(original, credits))
}

function mistakesOf(original: Invoice, before: readonly CreditNote[], note: CreditNote): string[] {
  const { lines, vat, totals } = note
  const [reference, second] = note.corrects
  const left = whatIsLeft(original, before)
  const after = whatIsLeft(original, [...before, note])
  const rightVat = left.taxes.flatMap((tax) => {
    const own = lines.filter((line) => taxKey(taxOfLine(line, vat)) === taxKey(tax))
    const netMicros = sumMicros(own.map(({ amountMicros }) => amountMicros))
    return own.length === 0 ? [] : [[netMicros, creditedVat(tax, netMicros)]]
  })
  const isOfIt = reference?.number === original.number && second === undefined
  const isRounded = lines.every((line) => line.amountMicros === roundToCents(line.exactMicros))
  const hasRightVat =
    JSON.stringify(vat.map(({ netMicros, vatMicros }) => [netMicros, vatMicros])) ===
    JSON.stringify(rightVat)
  const hasRightTotals = JSON.stringify(totals) === JSON.stringify(invoiceTotals(vat))
  return [
    ...(isOfIt ? [] : [`it names another invoice than ${original.number}`]),
    ...(isRounded ? [] : ['a line is not its exact amount, rounded']),
    ...(hasRightVat && hasRightTotals ? [] : ['the lines do not make the totals']),
    ...tooMuch(after, original),
  ]
}

function tooMuch(after: WhatIsLeft, original: Invoice): string[] {
  return [
    ...after.lines
      .filter(({ line, amountMicros }) => !isBetween(amountMicros, line.amountMicros))
      .map(({ line }) => `more than line ${line.lineNumber} had left`),
    ...(after.taxes.every((tax) => isBetween(tax.netMicros, tax.billedNetMicros)) &&
    isBetween(after.totals.grossMicros, original.totals.grossMicros)
      ? []
      : ['more than the invoice had left']),
  ]
}
