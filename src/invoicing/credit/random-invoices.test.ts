/** What holds for every invoice that can be built, and for whatever is credited of it. Reckoned anew, in whole numbers. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyInvoice } from '../../../test/doubles/arbitrary-invoice.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros } from '../../core/money/money.ts'
import { addsUp } from '../build/invoice-holds.ts'
import { sumMicros, taxKey, taxOfLine } from '../build/vat.ts'
import type { CreditNote, Invoice } from '../invoice-model.ts'
import { buildCreditNote, type CreditWish } from './build-credit-note.ts'
import { creditMistakes } from './credits-hold.ts'

const CENT = 10_000n

test('lines are their charges rounded once, and usage, information and one-offs are all there', () => {
  fc.assert(
    fc.property(anyInvoice, ({ request, invoice }) => {
      for (const line of invoice.lines) {
        expect(BigInt(line.amountMicros)).toBe(halfUp(BigInt(line.exactMicros), CENT) * CENT)
      }
      const exactOf = (...sections: readonly string[]) =>
        sumMicros(
          invoice.lines
            .filter(({ section }) => sections.includes(section))
            .map((line) => line.exactMicros),
        )
      expect(exactOf('usage', 'late')).toBe(sumMicros(request.usage.map((sum) => sum.chargeMicros)))
      expect(exactOf('premium', 'late-premium')).toBe(
        sumMicros(request.usage.map((sum) => sum.informationChargeMicros)),
      )
      expect(exactOf('one-off')).toBeGreaterThanOrEqual(
        sumMicros(request.oneOffCharges.map((charge) => charge.amountMicros)),
      )
      expect(addsUp(invoice)).toBe(true)
    }),
  )
})

test('VAT is that of each rate, of the sum of its lines, rounded once; and the totals are their sums', () => {
  fc.assert(
    fc.property(anyInvoice, ({ invoice }) => {
      const byTax = Map.groupBy(invoice.lines, (line) => taxKey(taxOfLine(line, invoice.vat)))
      expect(invoice.vat.map(keyOf).toSorted()).toEqual([...byTax.keys()].toSorted())
      for (const row of invoice.vat) {
        const lines = byTax.get(keyOf(row)) ?? []
        expect(row.netMicros).toBe(sumMicros(lines.map(({ amountMicros }) => amountMicros)))
        const share = BigInt(row.netMicros) * BigInt(row.percentHundredths)
        expect(BigInt(row.vatMicros)).toBe(halfUp(share, CENT * 10_000n) * CENT)
      }
      const { netMicros, vatMicros, grossMicros } = invoice.totals
      expect(netMicros).toBe(sumMicros(invoice.vat.map((row) => row.netMicros)))
      expect(vatMicros).toBe(sumMicros(invoice.vat.map((row) => row.vatMicros)))
      expect(grossMicros).toBe(netMicros + vatMicros)
    }),
  )
})

const lineNumber = fc.integer({ min: 1, max: 14 })
const anyPart: fc.Arbitrary<CreditWish> = fc.oneof(
  fc.record({
    what: fc.constant('lines' as const),
    lineNumbers: fc.array(lineNumber, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    what: fc.constant('amount' as const),
    netMicros: fc.integer({ min: 1, max: 4_000 }).map((cents) => micros(cents * 10_000)),
    lineNumber: fc.option(lineNumber, { nil: undefined }),
  }),
)

test('random parts and then the rest come to the invoice with the other sign: net, VAT and gross of each rate', () => {
  fc.assert(
    fc.property(
      anyInvoice.filter(({ invoice }) => invoice.totals.grossMicros > 0),
      fc.array(anyPart, { maxLength: 8 }),
      ({ invoice }, parts) => {
        const notes: CreditNote[] = []
        for (const wish of [...parts, { what: 'whole' } as const]) credit(invoice, notes, wish)
        for (const row of invoice.vat) {
          const same = notes.flatMap(({ vat }) => vat.filter((each) => keyOf(each) === keyOf(row)))
          expect(sumMicros(same.map((each) => each.netMicros))).toBe(row.netMicros)
          expect(sumMicros(same.map((each) => each.vatMicros))).toBe(row.vatMicros)
        }
        expect(sumMicros(notes.map(({ totals }) => totals.grossMicros))).toBe(
          invoice.totals.grossMicros,
        )
        expect(notes.filter(({ totals }) => totals.grossMicros < 0)).toEqual([])
        expect(creditMistakes(invoice, notes)).toEqual([])
      },
    ),
  )
})

/** Adds the note, where the wish is one that fits. */
function credit(invoice: Invoice, notes: CreditNote[], wish: CreditWish): void {
  const left = invoice.totals.grossMicros - sumMicros(notes.map(({ totals }) => totals.grossMicros))
  try {
    const request = { wish, reason: 'Te veel', issueDay: invoice.issueDay }
    const { note } = buildCreditNote(invoice, notes, request)
    notes.push({ ...note, number: `C${notes.length + 1}` })
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    expect(error.code).toBe('credit_refused')
    expect({ wish, left }).not.toMatchObject({ wish: { what: 'whole' } })
  }
}

function keyOf(row: Invoice['vat'][number]): string {
  return taxKey({ taxCategory: row.taxCategory, taxPercentHundredths: row.percentHundredths })
}

/** Away from zero where it is in the middle, as an amount and its credit are one. */
function halfUp(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator
  const rounded = (2n * size + denominator) / (2n * denominator)
  return numerator < 0n ? -rounded : rounded
}
