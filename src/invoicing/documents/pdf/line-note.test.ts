import { expect, test } from 'vitest'
import { localeFormat } from '../../../core/text/locale-format.ts'
import { micros } from '../../../core/money/money.ts'
import { inventedRequest } from '../../../../test/doubles/invented-request.ts'
import { buildInvoice } from '../../build/build-invoice.ts'
import type { InvoiceLine } from '../../invoice-model.ts'
import { invoiceTexts } from '../texts/invoice-texts.ts'
import { paperTexts } from '../texts/paper-texts.ts'
import { brandOf } from './brand.ts'
import { letterheadAbove } from './letterhead.ts'
import { lineNote } from './line-note.ts'
import type { PdfContext } from './page-style.ts'
import { isHidden, shownLines } from './shown-lines.ts'

const context = (language: 'nl' | 'fr' | 'de' | 'en'): PdfContext => ({
  texts: invoiceTexts(language),
  paper: paperTexts(language),
  format: localeFormat(language),
  brand: brandOf({ partnerId: 'p', name: 'P' }),
})
const invoice = buildInvoice(inventedRequest({ subscriptionsCount: 5 }))
const [usage] = invoice.lines.filter(({ section }) => section === 'usage')

function calls(changes: Partial<InvoiceLine>): InvoiceLine {
  if (usage === undefined) throw new Error('there is no usage')
  return { ...usage, unit: 'second', section: 'usage', ...changes }
}

test('a fee of part of a period says how many days of which fee', () => {
  const [part] = invoice.lines.filter(({ share }) => share !== undefined)
  if (part === undefined) throw new Error('nothing began within the month')
  expect(part.share).toEqual({ days: 21, ofDays: 31, feeMicros: 17_500_000 })
  expect(lineNote(part, context('nl'))).toBe('21 van 31 dagen van €\u00a017,50')
  expect(lineNote(part, context('fr'))).toBe('21 jours sur 31 de €\u00a017,50')
  expect(lineNote(part, context('de'))).toBe('21 von 31 Tagen von €\u00a017,50')
  expect(lineNote(part, context('en'))).toBe('21 of 31 days of €\u00a017.50')
})

test.each`
  quantity | outOfBundle  | exact         | note
  ${600}   | ${600}       | ${1_000_000}  | ${'on average €\u00a00.10 per minute'}
  ${600}   | ${90}        | ${63_750}     | ${'outside the bundle 0:01:30 · on average €\u00a00.0425 per minute'}
  ${600}   | ${0}         | ${0}          | ${''}
  ${600}   | ${undefined} | ${1_000_000}  | ${''}
  ${-60}   | ${-60}       | ${-1_000_000} | ${''}
`(
  '$quantity seconds, $outOfBundle of them outside, for $exact micros: "$note"',
  ({ quantity, outOfBundle, exact, note }) => {
    const line = calls({
      quantity: Number(quantity),
      exactMicros: micros(Number(exact)),
      ...(outOfBundle === undefined ? {} : { outOfBundleQuantity: Number(outOfBundle) }),
    })
    const { outOfBundleQuantity, ...before } = line
    expect(lineNote(outOfBundle === undefined ? before : line, context('en'))).toBe(note)
    expect(outOfBundleQuantity).toBeDefined()
  },
)

test('usage that comes to nothing is counted and not printed; fees of nothing are', () => {
  const free = calls({ amountMicros: micros(0) })
  const fee: InvoiceLine = { ...free, section: 'recurring' }
  const paid = calls({ amountMicros: micros(10_000) })
  expect([free, fee, paid].map((line) => isHidden(line, {}))).toEqual([true, false, false])
  expect(shownLines({ lines: [free, fee] }, 'usage')).toEqual([])
  const shown = { lines: [free, fee], paper: { zeroLines: 'shown' } } as const
  expect(shownLines(shown, 'usage')).toEqual([free])
  expect(paperTexts('nl').hiddenLines(1)).toBe('1 regel van 0,00 is niet getoond.')
})

test('each page gets a mark of its own, as pdfmake moves what it draws', () => {
  const parts = context('nl').brand.mark
  const before = structuredClone(parts)
  const drawn = letterheadAbove(invoice, { ...context('nl') })
  expect(JSON.stringify(drawn)).toContain('"canvas"')
  const canvas = new Set<unknown>(parts)
  JSON.stringify(drawn, (_, value: unknown) => {
    expect(canvas.has(value)).toBe(false)
    return value
  })
  expect(parts).toEqual(before)
})
