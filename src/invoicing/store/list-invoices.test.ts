/** The archive: three invoices of 39.17 of 2 November, and a credit note of one of the 20th. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { creditInvoice } from '../credit/credit-invoice.ts'
import type { InvoiceFilter } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices, todayOf } from './list-invoices.ts'

const NUMBERS = [1, 2, 3, 4].map((place) => `2026-0000000${place}`)

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
  await runBilling(billing.parts, { period: '2026-10' })
  billing.setNow('2026-11-20T08:00:00Z')
  const order = { number: '2026-00000001', wish: { what: 'whole' as const }, reason: 'Te veel' }
  await creditInvoice(billing.parts, order)
})
afterAll(() => billing[Symbol.asyncDispose]())

const day = (iso: string) => dayFromIso(iso)
const euros = (amount: string) => microsFromDecimal(amount)

test.each<[string, InvoiceFilter, number[]]>([
  ['everything, the newest first', {}, [4, 3, 2, 1]],
  ['of an account', { accountId: 'duinzicht' }, [4, 1]],
  ['of a seller', { partnerId: 'noorderlicht' }, [4, 3, 2, 1]],
  ['of another seller', { partnerId: 'other' }, []],
  ['of a period', { period: '2026-10' }, [4, 3, 2, 1]],
  ['of another period', { period: '2026-11' }, []],
  ['with a number', { number: '2026-00000002' }, [2]],
  ['issued on a day or later', { issuedFromDay: day('2026-11-20') }, [4]],
  ['issued on a day or before', { issuedToDay: day('2026-11-02') }, [3, 2, 1]],
  ['issued between', { issuedFromDay: day('2026-11-03'), issuedToDay: day('2026-11-19') }, []],
  ['of an amount or more', { grossFromMicros: euros('39.17') }, [3, 2, 1]],
  ['of more', { grossFromMicros: euros('39.18') }, []],
  ['of an amount or less', { grossToMicros: euros('-39.17') }, [4]],
  ['of less', { grossToMicros: euros('-39.18') }, []],
  ['credited', { standing: 'credited' }, [1]],
  ['open', { standing: 'open' }, [3, 2]],
])('%s', async (_what, filter, places) => {
  const listed = await listInvoices(billing.parts, filter)
  expect(listed.map(({ number }) => number)).toEqual(places.map((place) => NUMBERS[place - 1]))
})

test('a credit note takes away, and names what it corrects', async () => {
  const [credit, ...others] = await listInvoices(billing.parts)
  expect(credit).toMatchObject({
    kind: 'credit-note',
    corrects: '2026-00000001',
    netMicros: -32_370_000,
    vatMicros: -6_800_000,
    grossMicros: -39_170_000,
    sentMs: undefined,
  })
  expect(credit).not.toHaveProperty('billToId')
  expect(others.map(({ corrects }) => corrects)).toEqual(['', '', ''])
})

test('today is the day of the account, and of one that nobody knows that of Amsterdam', () => {
  const { directory } = billing.parts
  const far = [...directory.accounts].map(
    ([id, account]) => [id, { ...account, timeZone: 'Pacific/Auckland' }] as const,
  )
  const clock = { nowMs: () => Date.parse('2026-11-20T20:00:00Z') }
  const today = (accounts: typeof directory.accounts) =>
    dayToIso(todayOf({ directory: { ...directory, accounts }, clock }, 'duinzicht'))
  expect(today(new Map(far))).toBe('2026-11-21')
  expect(today(new Map())).toBe('2026-11-20')
})

test('a number is found, one of nobody is not, and one of several sellers only with the seller', async () => {
  const { operations } = billing.parts
  await expect(findInvoiceId(operations, '2026-9')).rejects.toMatchObject({
    code: 'not_found',
    hint: 'tik bill list shows them',
  })
  const id = await findInvoiceId(operations, '2026-00000002')
  expect(await findInvoiceId(operations, '2026-00000002', 'noorderlicht')).toBe(id)
  await expect(findInvoiceId(operations, '2026-00000002', 'other')).rejects.toThrow(/there is no/)
  const two = {
    ...operations,
    query: () =>
      Promise.resolve([
        { invoice_id: 1, partner_id: 'a' },
        { invoice_id: 2, partner_id: 'b' },
      ]),
  } as unknown as typeof operations
  await expect(findInvoiceId(two, '2026-1')).rejects.toMatchObject({
    code: 'usage_error',
    message: 'several sellers have an invoice 2026-1',
    hint: 'name the partner: a, b',
  })
})
