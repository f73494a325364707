import { expect, test } from 'vitest'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { compareDrafts } from './compare-drafts.ts'

const [invoice] = inventedEInvoices().values()
const [line] = invoice?.lines ?? []
if (invoice === undefined || line === undefined) throw new Error('it is invented')

/** Of lines with these words. */
function draft(...words: string[]) {
  if (invoice === undefined || line === undefined) throw new Error('it is invented')
  const lines = words.map((description, index) => ({ ...line, lineNumber: index + 1, description }))
  return { ...invoice, lines }
}

function compared(before: string[] | undefined, after: string[] | undefined) {
  const found = compareDrafts(
    before === undefined ? undefined : draft(...before),
    after === undefined ? undefined : draft(...after),
  )
  const words = (lines: typeof found.gone) => lines.map(({ description }) => description).join('')
  return `-${words(found.gone)} +${words(found.come)}`
}

test.each([
  [['a', 'b'], ['b', 'a'], '- +'],
  [['a', 'b'], ['a'], '-b +'],
  [['a'], ['a', 'b'], '- +b'],
  [['a', 'a', 'a'], ['a'], '-aa +'],
  [['a'], ['a', 'a'], '- +a'],
  [['a'], ['b'], '-a +b'],
  [undefined, ['a'], '- +a'],
  [['a'], undefined, '-a +'],
])('%j that becomes %j: a line is gone or comes as often as it does', (before, after, expected) => {
  expect(compared(before, after)).toBe(expected)
})

test('without an invoice there is no total', () => {
  const { netBeforeMicros, netAfterMicros } = compareDrafts(undefined, draft('a'))
  expect([netBeforeMicros, netAfterMicros]).toEqual([undefined, invoice.totals.netMicros])
})
