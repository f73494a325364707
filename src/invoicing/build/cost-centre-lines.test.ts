import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import { buildInvoice } from './build-invoice.ts'
import { sumMicros } from './vat.ts'

const REQUEST = inventedRequest({ subscriptionsCount: 12 })
const PLAIN = buildInvoice(REQUEST)
const CUT = buildInvoice({ ...REQUEST, account: { ...REQUEST.account, costCentreLines: true } })

const charged = (lines: readonly InvoiceLine[]) =>
  lines.filter(({ section }) => section !== 'discount')

test('lines by cost centre are the same charges, cut: to the micro before cents, and for each cost centre', () => {
  expect(sumMicros(charged(CUT.lines).map((line) => line.exactMicros))).toBe(
    sumMicros(charged(PLAIN.lines).map((line) => line.exactMicros)),
  )
  const names = new Set(REQUEST.subscriptions.map(({ costCentre }) => costCentre))
  for (const name of names) {
    const own = CUT.specification.filter(({ costCentre }) => costCentre === name)
    const lines = charged(CUT.lines).filter(({ costCentre }) => costCentre === name)
    expect(sumMicros(lines.map((line) => line.exactMicros))).toBe(
      sumMicros(own.map((each) => each.totalMicros)),
    )
  }
  expect(charged(CUT.lines).every(({ costCentre = '' }) => names.has(costCentre))).toBe(true)
})

test('who does not ask for it has the lines that they had', () => {
  expect(PLAIN.lines.some((line) => 'costCentre' in line)).toBe(false)
})
