/** Two invoices of 39.17 of 2 November, due on the 16th: what of them was open on which day. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { microsFromDecimal, microsToDecimal } from '../../core/money/money.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { creditInvoice } from '../credit/credit-invoice.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { isAgeBucket, openAt } from './open-at.ts'
import { payInvoice } from './payments.ts'
import { TIK } from './state-history.ts'

const [FIRST, SECOND] = ['2026-00000001', '2026-00000002'] as const

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht', 'zandbank'] })
  await pay(FIRST, '9.17', '2026-11-10')
  await pay(SECOND, '39.17', '2026-11-12')
  billing.setNow('2026-11-20T08:00:00Z')
  const wish = { what: 'amount', netMicros: microsFromDecimal('10'), lineNumber: 1 } as const
  await creditInvoice(billing.parts, { number: FIRST, wish, reason: 'Te veel', actor: TIK })
})
afterAll(() => billing[Symbol.asyncDispose]())

async function pay(number: string, amount: string, onDay: string): Promise<void> {
  const { operations } = billing.parts
  const invoiceId = await findInvoiceId(operations, number)
  const details = { onDay: dayFromIso(onDay), actor: TIK, nowMs: 0, reference: `of ${number}` }
  await operations.transaction((sql) =>
    payInvoice(sql, invoiceId, { ...details, amountMicros: microsFromDecimal(amount) }),
  )
}

async function on(day: string): Promise<string[]> {
  const rows = await openAt(billing.parts.operations, dayFromIso(day))
  return rows.map(({ number, openMicros, daysOverdue, age }) =>
    [number, microsToDecimal(openMicros, 2), daysOverdue, age].join(' '),
  )
}

test('an invoice is due when this file says so', async () => {
  const [invoice] = await listInvoices(billing.parts, { number: FIRST })
  expect(dayToIso(invoice?.issueDay ?? 0)).toBe('2026-11-02')
  const [row] = await openAt(billing.parts.operations, dayFromIso('2026-11-30'))
  expect(dayToIso(row?.dueDay ?? 0)).toBe('2026-11-16')
})

test.each([
  ['before it is issued', '2026-11-01', []],
  [
    'on which it is issued',
    '2026-11-02',
    [`${FIRST} 39.17 -14 not due`, `${SECOND} 39.17 -14 not due`],
  ],
  ['before it is paid', '2026-11-09', [`${FIRST} 39.17 -7 not due`, `${SECOND} 39.17 -7 not due`]],
  [
    'on which it is paid in part',
    '2026-11-10',
    [`${FIRST} 30.00 -6 not due`, `${SECOND} 39.17 -6 not due`],
  ],
  ['on which it is paid whole', '2026-11-12', [`${FIRST} 30.00 -4 not due`]],
  ['on which it is due', '2026-11-16', [`${FIRST} 30.00 0 not due`]],
  ['after it was due', '2026-11-17', [`${FIRST} 30.00 1 1-30`]],
  ['before it is credited in part', '2026-11-19', [`${FIRST} 30.00 3 1-30`]],
  ['on which it is credited in part', '2026-11-20', [`${FIRST} 17.90 4 1-30`]],
  ['30 after it was due', '2026-12-16', [`${FIRST} 17.90 30 1-30`]],
  ['31 after it was due', '2026-12-17', [`${FIRST} 17.90 31 31-60`]],
  ['60 after it was due', '2027-01-15', [`${FIRST} 17.90 60 31-60`]],
  ['61 after it was due', '2027-01-16', [`${FIRST} 17.90 61 61-90`]],
  ['90 after it was due', '2027-02-14', [`${FIRST} 17.90 90 61-90`]],
  ['91 after it was due', '2027-02-15', [`${FIRST} 17.90 91 over 90`]],
])('what is open at the end of the day %s', async (_what, day, expected) => {
  expect(await on(day)).toEqual(expected)
})

test('only the names of buckets are names of buckets', () => {
  expect(['1-30', 'toString', ''].map(isAgeBucket)).toEqual([true, false, false])
})
