import { expect, test } from 'vitest'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { InvoiceLine, RecurringItem } from '../invoice-model.ts'
import { takenBackFrom } from './taken-back-from.ts'

const [invoice] = [...inventedEInvoices().values()]
const [line] = invoice?.lines ?? []
if (invoice === undefined || line === undefined) throw new Error('it is invented')

/** Invoices 1 to 3 of periods that begin on day 100, 130 and 160; each charged the 30 days after its period. */
const INVOICES = [1, 2, 3].map((invoiceId) => ({
  invoiceId,
  number: `N${invoiceId}`,
  issueDay: 130 + invoiceId,
  periodStartDay: 70 + invoiceId * 30,
}))
const CHARGED = INVOICES.map(({ invoiceId, periodStartDay }) => ({
  invoiceId,
  subscriptionId: 's',
  subject: 'plan',
  subjectId: 'p',
  fromDay: periodStartDay + 30,
  toDay: periodStartDay + 60,
}))

/** Answers with what the tables would say. */
const sql = {
  query: (text: string) =>
    Promise.resolve(text.includes('FROM invoice_recurring_items') ? CHARGED : INVOICES),
} as unknown as SqlRunner

function item(changes: Partial<RecurringItem>): RecurringItem {
  return {
    subscriptionId: 's',
    subject: 'plan',
    subjectId: 'p',
    periodStartDay: 160,
    periodEndDay: 190,
    fromDay: 170,
    toDay: 190,
    feeMicros: micros(10),
    sign: -1,
    ...changes,
  }
}

const late = (amountMicros: number, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  ...line,
  section: 'late',
  fromDay: 100,
  amountMicros: micros(amountMicros),
  ...changes,
})

test.each<[string, RecurringItem[], InvoiceLine[], string[]]>([
  ['a fee that is given back is of the invoice that charged it', [item({})], [], ['N2']],
  ['a fee over two of them is of both', [item({ fromDay: 150, toDay: 170 })], [], ['N1', 'N2']],
  ['days that only touch are of none of them', [item({ fromDay: 160, toDay: 190 })], [], ['N2']],
  [
    'what is charged is not given back',
    [item({ sign: 1, fromDay: 130, toDay: 160 }), item({})],
    [],
    ['N2'],
  ],
  ['of another subscription it names the latest', [item({ subscriptionId: 'x' })], [], ['N3']],
  ['of another subject it names the latest', [item({ subject: 'module' })], [], ['N3']],
  ['of another plan it names the latest', [item({ subjectId: 'x' })], [], ['N3']],
  ['corrected usage is of the invoice of its period', [], [late(-10)], ['N1']],
  ['late usage that costs something corrects nothing', [item({})], [late(10)], ['N2']],
  ['late usage that costs nothing corrects nothing', [item({})], [late(0)], ['N2']],
  ['a discount is of no period', [item({})], [late(-10, { section: 'discount' })], ['N2']],
  ['where nothing is given back it names the latest', [], [], ['N3']],
])('%s', async (_rule, recurringItems, lines, expected) => {
  const { customer, seller } = invoice
  const named = await takenBackFrom(sql, { customer, seller, lines, recurringItems })
  expect(named.map(({ number }) => number)).toEqual(expected)
})

test('before any invoice it names none', async () => {
  const none = { query: () => Promise.resolve([]) } as unknown as SqlRunner
  const { customer, seller } = invoice
  const draft = { customer, seller, lines: [], recurringItems: [item({})] }
  expect(await takenBackFrom(none, draft)).toEqual([])
})
