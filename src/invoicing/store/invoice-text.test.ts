import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildInvoice } from '../build/build-invoice.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { fromInvoiceText, toInvoiceText } from './invoice-text.ts'

const before = new URL('../../../fixtures/invoicing/stored-before-rates.json', import.meta.url)
const today = toInvoiceText(buildInvoice(inventedRequest({ subscriptionsCount: 3 }))).text

test.each([
  ['of a build before', readFileSync(before, 'utf8').trimEnd()],
  ['of today', today],
  ['whose fields stand in another order', turned(today)],
])('an invoice %s comes back to the byte', (_, text) => {
  expect(toInvoiceText(fromInvoiceText(text)).text).toBe(text)
})

test.each([
  ['"currency":"EUR"', '"currency":"USD"', /currency/],
  ['"section":"recurring"', '"section":"gift"', /lines\[0\]\.section/],
  ['"grossMicros":', '"grossMicros":0.5,"was":', /totals\.grossMicros/],
  ['"kind":"invoice"', '"kind":"letter"', /kind/],
])('a stored text in which %s is %s is refused, with the place', (from, to, place) => {
  expect(today).toContain(from)
  const read = () => fromInvoiceText(today.replace(from, to))
  expect(read).toThrow(place)
  expect(read).toThrow(
    expect.objectContaining({ hint: 'restore the operations store from its backup' }),
  )
})

/** The same values with the last field first. */
function turned(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  )
}
