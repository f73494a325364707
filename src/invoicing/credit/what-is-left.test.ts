import { expect, test } from 'vitest'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { micros } from '../../core/money/money.ts'
import { buildCreditNote } from './build-credit-note.ts'
import { isBetween, isExhausted, whatIsLeft } from './what-is-left.ts'

test.each([
  [0, 10, true],
  [5, 10, true],
  [10, 10, true],
  [11, 10, false],
  [-1, 10, false],
  [0, -10, true],
  [-5, -10, true],
  [-10, -10, true],
  [-11, -10, false],
  [1, -10, false],
  [0, 0, true],
  [1, 0, false],
  [-1, 0, false],
])('%i left of %i: it lies between is %s', (left, billed, expected) => {
  expect(isBetween(micros(left), micros(billed))).toBe(expected)
})

test.each([
  ['nothing of any rate', 0, [0, 0], true],
  ['rates that are nothing together', 0, [5, -5], false],
  ['VAT alone', 1, [0, 0], false],
  ['something', 5, [5, 0], false],
])('an invoice of which %s is left: exhausted', (_what, gross, nets, expected) => {
  const [left] = [...inventedEInvoices().values()].map((invoice) => whatIsLeft(invoice, []))
  const [tax] = left?.taxes ?? []
  if (left === undefined || tax === undefined) throw new Error('it is invented')
  const taxes = nets.map((net) => ({ ...tax, netMicros: micros(net) }))
  const totals = { ...left.totals, grossMicros: micros(gross) }
  expect(isExhausted({ ...left, taxes, totals })).toBe(expected)
})

test.each(['two rates that are equal', 'rate changes within the month'])(
  'what is credited of one rate leaves the other as it was: %s',
  (name) => {
    const invoice = inventedEInvoices().get(name)
    const [line] = invoice?.lines ?? []
    if (invoice === undefined || line === undefined) throw new Error('it is invented')
    const wish = { what: 'lines', lineNumbers: [line.lineNumber] } as const
    const request = { wish, reason: 'Te veel', issueDay: invoice.issueDay }
    const { note, left } = buildCreditNote(invoice, [], request)
    const touched = left.taxes.filter((tax) => tax.netMicros !== tax.billedNetMicros)
    expect(left.taxes).toHaveLength(2)
    expect(touched).toMatchObject([
      {
        taxCategory: line.taxCategory,
        taxPercentHundredths: line.taxPercentHundredths,
        netMicros: (touched[0]?.billedNetMicros ?? 0) - line.amountMicros,
      },
    ])
    const lines = note.lines.map((each) => {
      const { correctsLine: _none, ...ofNoLine } = each
      return ofNoLine
    })
    const unplaced = whatIsLeft(invoice, [{ ...note, lines }])
    expect(unplaced.taxes.map((tax) => tax.unplacedMicros)).toEqual(
      left.taxes.map((tax) => tax.billedNetMicros - tax.netMicros),
    )
    expect(left.taxes.map((tax) => tax.unplacedMicros)).toEqual([0, 0])
  },
)
