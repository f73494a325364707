/** Periods that come to less than nothing: they are closed by a credit note, which later months count like an invoice. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { inventedCreditNotes } from '../../../test/doubles/invented-credit-notes.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { addsUp } from '../build/invoice-holds.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId, listInvoices } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'

const ACCOUNTS = ['duinzicht']

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

/** All subscriptions end then. */
function ended(atMs: number): BillingParts {
  const { directory } = billing.parts
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs: atMs }))
  return { ...billing.parts, directory: { ...directory, subscriptions } }
}

async function bill(parts: BillingParts, period: string, now: string) {
  billing.setNow(now)
  const report = await runBilling(parts, { period, accounts: ACCOUNTS })
  expect(report.findings).toEqual([])
  return report
}

test('a customer who left and was billed in advance gets a credit note, and the next month nothing', async () => {
  await bill(billing.parts, '2026-10', '2026-11-02T08:00Z') // Two fees for November: 32.37 net.
  const gone = ended(Date.parse('2026-11-11T00:00+01:00'))
  const preview = await runBilling(gone, { period: '2026-11', accounts: ACCOUNTS, preview: true })
  expect(preview.invoices).toMatchObject([{ kind: 'credit-note', number: '', outcome: 'preview' }])
  const report = await bill(gone, '2026-11', '2026-12-02T08:00Z')
  // 20 of 30 days of 35.00 less 7.5 %.
  expect(report.invoices).toMatchObject([
    { kind: 'credit-note', number: '2026-00000002', outcome: 'finalised', netMicros: -21_580_000 },
  ])
  expect(report.totals.grossMicros).toBe(-26_110_000)
  const { invoice } = await stored('2026-00000002')
  expect(invoice).toMatchObject({
    kind: 'credit-note',
    credits: 'period',
    corrects: [{ number: '2026-00000001' }],
    totals: { netMicros: 21_580_000, vatMicros: 4_530_000, grossMicros: 26_110_000 },
  })
  const [path] = report.invoices[0]?.files.filter((file) => file.endsWith('-ubl.xml')) ?? []
  expect(readFileSync(path ?? '', 'utf8')).toContain('<cbc:ID>2026-00000001</cbc:ID>')
  const december = await bill(gone, '2026-12', '2027-01-02T08:00Z')
  expect(december.invoices).toMatchObject([
    { outcome: 'zero-suppressed', previousGrossMicros: -26_110_000 },
  ])
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('usage of the month stands on it turned, and verification finds it in the ledger', async () => {
  await bill(billing.parts, '2026-10', '2026-11-02T08:00Z')
  await billing.record({
    accountId: 'duinzicht',
    subscriptionId: 'duinzicht-0',
    partition: 1,
    offset: 0,
    date: '2026-11-03',
    charge: '1.234567',
  })
  const report = await bill(
    ended(Date.parse('2026-11-11T00:00+01:00')),
    '2026-11',
    '2026-12-02T08:00Z',
  )
  expect(report.usage).toEqual([
    { product: 'mobile', callType: 'national-mobile', count: 1, amountMicros: 1_230_000 },
  ])
  const { invoice } = await stored('2026-00000002')
  expect(
    invoice.lines.map(
      (line) => `${line.section} ${line.quantity} ${microsToDecimal(line.amountMicros, 2)}`,
    ),
  ).toEqual(['recurring 2 23.33', 'usage -60 -1.23', 'discount -1 -1.75'])
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('a negative one-off charge in the first month is a credit note of no invoice', async () => {
  const { operations } = billing.parts
  await operations.execute(
    `INSERT INTO one_off_charges (charge_id, account_id, subscription_id, at_ms, description, amount_micros)
     VALUES ('goodwill', 'duinzicht', '', $1, 'Tegemoetkoming', -100000000)`,
    [Date.parse('2026-10-10T10:00Z')],
  )
  billing.setNow('2026-11-02T08:00Z')
  const report = await runBilling(billing.parts, { period: '2026-10', accounts: ACCOUNTS })
  expect(report.invoices).toMatchObject([{ kind: 'credit-note', netMicros: -67_630_000 }])
  // NL-R-001: a Dutch credit note names an invoice.
  expect(report.findings).toMatchObject([{ code: 'e_invoice_incomplete', subject: 'duinzicht' }])
  const [summary] = await listInvoices(billing.parts)
  expect(summary?.documents.map(({ kind }) => kind)).toEqual(['cdrs', 'pdf'])
  await billing.reset()
  await operations.execute('DELETE FROM one_off_charges')
})

test.each([...inventedCreditNotes()].filter(([, note]) => note.credits === 'period'))(
  'the turned lines, annex and totals add up: %s',
  (_name, note) => {
    expect(addsUp(note)).toBe(true)
    expect(note.totals.grossMicros).toBeGreaterThan(0)
    expect(addsUp({ ...note, accountWideMicros: note.totals.netMicros })).toBe(false)
  },
)

async function stored(number: string) {
  const { operations } = billing.parts
  return storedInvoice(operations, await findInvoiceId(operations, number))
}
