/** What verification sees: October of three accounts as it was billed, and one thing of it changed. */
import { rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { listInvoices } from '../store/list-invoices.ts'
import { verifyInvoices } from './verify-invoices.ts'

const FIRST = '2026-00000001'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
  for (const table of ['invoices', 'invoice_lines', 'invoice_documents']) {
    await billing.parts.operations.execute(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
  }
})
/** duinzicht has fees, a discount and one call of 12.50 at offset 5. */
beforeEach(async () => {
  await billing.reset()
  await use(5, '12.50')
  await runBilling(billing.parts, { period: '2026-10' })
})
afterAll(() => billing[Symbol.asyncDispose]())

async function use(offset: number, charge: string, callType?: string): Promise<void> {
  const of = { accountId: 'duinzicht', subscriptionId: 'duinzicht-0', partition: 1 }
  const kind = callType === undefined ? {} : { callType }
  await billing.record({ ...of, offset, date: '2026-10-03', charge, ...kind })
}

async function found(parts: BillingParts = billing.parts): Promise<string[]> {
  const { findings } = await verifyInvoices(parts)
  return findings.map(({ code, subject, text }) => `${code} | ${subject} | ${text}`)
}

/** Behind the back of everything that guards it. */
async function change(statement: string): Promise<void> {
  expect(await billing.parts.operations.execute(statement)).toBeGreaterThan(0)
}
const ofFirst = `invoice_id = (SELECT invoice_id FROM invoices WHERE number = '${FIRST}')`

test('nothing is found where nothing was changed, of one period or all; each is told as it is done', async () => {
  const told: string[] = []
  const verdict = await verifyInvoices(billing.parts, {
    onProgress: ({ count, total }) => told.push(`${count} of ${total}`),
  })
  expect(verdict).toEqual({ count: 3, findings: [] })
  expect(told).toEqual(['1 of 3', '2 of 3', '3 of 3'])
  expect((await verifyInvoices(billing.parts, { period: '2026-09' })).count).toBe(0)
})

test.each(['amount_micros', 'exact_micros', 'count', 'quantity'])(
  'a line of the table with another %s is found',
  async (column) => {
    await change(`UPDATE invoice_lines SET ${column} = ${column} + 10000
      WHERE ${ofFirst} AND line_number = 2`)
    expect(await found()).toEqual([
      `line_differs | ${FIRST} duinzicht, line 2 | the table of lines differs`,
    ])
  },
)

test('a line that is gone from the table is found, and one too many', async () => {
  await change(`UPDATE invoice_lines SET line_number = 9 WHERE ${ofFirst} AND line_number = 3`)
  expect(await found()).toEqual([
    `line_differs | ${FIRST} duinzicht, line 3 | the table of lines differs`,
  ])
  await change(`INSERT INTO invoice_lines SELECT (jsonb_populate_record(line,
    '{"line_number": 3}')).* FROM invoice_lines AS line WHERE ${ofFirst} AND line_number = 9`)
  expect(await found()).toEqual([
    `line_differs | ${FIRST} duinzicht | the table of lines has more lines`,
  ])
})

test('a stored invoice with another text is found, and what no longer adds up', async () => {
  await change(
    `UPDATE invoices SET model = replace(model, '"customer"', ' "customer"') WHERE ${ofFirst}`,
  )
  const { findings } = await verifyInvoices(billing.parts)
  expect(findings).toEqual([
    {
      code: 'model_differs',
      severity: 'error',
      subject: `${FIRST} duinzicht`,
      text: 'the stored invoice has another hash',
      count: 1,
      estimateMicros: undefined,
      show: `tik bill cdrs ${FIRST}`,
    },
  ])
  await change(`UPDATE invoices SET model = regexp_replace(model, '"grossMicros": ?[0-9]+', '"grossMicros":5')
    WHERE ${ofFirst}`)
  expect(await found()).toContain(
    `arithmetic_differs | ${FIRST} duinzicht | the lines do not make the totals`,
  )
})

test('a call that is in the ledger at a billed position and not on the invoice is found, whatever it cost', async () => {
  await use(4, '0')
  expect(await found()).toEqual([
    `line_differs | ${FIRST} duinzicht, line 2 | national-mobile: invoiced 12.500000 for 1 (60 second), in the ledger 12.500000 for 2 (120 second)`,
  ])
  await use(3, '0.25')
  expect(await found()).toEqual([
    `line_differs | ${FIRST} duinzicht, line 2 | national-mobile: invoiced 12.500000 for 1 (60 second), in the ledger 12.750000 for 3 (180 second)`,
  ])
})

test('a line whose calls are gone is found, and calls that are on no line', async () => {
  await billing.clickhouse.command('TRUNCATE TABLE usage_ledger')
  expect(await found()).toEqual([
    `line_differs | ${FIRST} duinzicht, line 2 | national-mobile: invoiced 12.500000 for 1 (60 second), in the ledger nothing`,
  ])
  await use(5, '12.50')
  await use(4, '1', 'sms')
  expect(await found()).toEqual([
    `line_differs | ${FIRST} duinzicht, no line | sms: 1.000000 for 1 (60 second) in the ledger is on no line`,
  ])
})

test('a free call to a help line is on no invoice, and one that cost something must be', async () => {
  const { catalogue } = billing.parts
  const callTypes = catalogue.callTypes.map((each) =>
    each.id === 'sms' ? { ...each, invoiceGroup: 'helpline' } : each,
  )
  const parts = { ...billing.parts, catalogue: { ...catalogue, callTypes } }
  await use(4, '0', 'sms')
  expect(await found(parts)).toEqual([])
  expect(await found()).toHaveLength(1)
  await use(3, '0.10', 'sms')
  expect(await found(parts)).toEqual([
    `line_differs | ${FIRST} duinzicht, no line | sms: 0.100000 for 2 (120 second) in the ledger is on no line`,
  ])
})

test('an invoice of an account that the directory has no longer is verified all the same', async () => {
  const { directory } = billing.parts
  const accounts = new Map([...directory.accounts].filter(([id]) => id !== 'duinzicht'))
  expect(await found({ ...billing.parts, directory: { ...directory, accounts } })).toEqual([])
})

test('a document that is gone or never was is found with the command that writes it, unless retention removed it', async () => {
  const [first] = await listInvoices(billing.parts, { number: FIRST })
  const cdrs = first?.documents.find(({ kind }) => kind === 'cdrs')?.path ?? ''
  rmSync(cdrs)
  const { findings } = await verifyInvoices(billing.parts)
  expect(findings).toMatchObject([
    {
      code: 'document_missing',
      subject: `${FIRST} duinzicht, cdrs`,
      text: `${cdrs} is gone`,
      show: `tik bill documents ${FIRST}`,
    },
  ])
  await change(`INSERT INTO retained_documents SELECT invoice_id, kind, 0 FROM invoice_documents
    WHERE ${ofFirst} AND kind = 'cdrs'`)
  expect(await found()).toEqual([])
})

test('a document with another content is found, and one that was not written with the others is not missed', async () => {
  const [first] = await listInvoices(billing.parts, { number: FIRST })
  const pdf = first?.documents.find(({ kind }) => kind === 'pdf')?.path ?? ''
  writeFileSync(pdf, 'something else')
  const { findings } = await verifyInvoices(billing.parts)
  expect(findings).toMatchObject([
    {
      code: 'document_differs',
      subject: `${FIRST} duinzicht, pdf`,
      text: `${pdf} has another hash than when it was written`,
      show: `tik bill documents ${FIRST}`,
    },
  ])
  await change(`DELETE FROM invoice_documents WHERE ${ofFirst} AND kind IN ('pdf', 'ubl')`)
  expect(await found()).toEqual([
    `document_missing | ${FIRST} duinzicht, pdf | pdf was never written`,
  ])
  await change(`DELETE FROM invoice_documents WHERE ${ofFirst}`)
  expect(await found()).toEqual(
    ['pdf', 'ubl', 'cdrs'].map(
      (kind) => `document_missing | ${FIRST} duinzicht, ${kind} | ${kind} was never written`,
    ),
  )
})

test('a zero invoice is named by its month', async () => {
  const { directory } = billing.parts
  const terminatedMs = Date.parse('2026-11-01T00:00+01:00')
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs }))
  const ended = { ...billing.parts, directory: { ...directory, subscriptions } }
  billing.setNow('2026-12-02T08:00:00Z')
  await runBilling(ended, { period: '2026-11', accounts: ['zeegras'] })
  billing.setNow('2027-01-02T08:00:00Z')
  await runBilling(ended, { period: '2026-12', accounts: ['zeegras'] })
  expect(await found()).toEqual([])
  await change(`UPDATE invoices SET model = model || ' ' WHERE number IS NULL`)
  expect(await found()).toEqual([
    'model_differs | zero invoice of 2026-12 zeegras | the stored invoice has another hash',
  ])
})

test('numbers that are gone, or stand twice, are a gap', async () => {
  const { operations } = billing.parts
  await change('UPDATE invoice_number_series SET last_number = last_number + 2')
  expect((await verifyInvoices(billing.parts)).findings).toEqual([
    {
      code: 'number_gap',
      severity: 'error',
      subject: 'noorderlicht 2026',
      text: '5 numbers were taken, 3 invoices have one',
      count: 2,
      estimateMicros: undefined,
      show: 'tik bill list --partner noorderlicht',
    },
  ])
  await change('UPDATE invoice_number_series SET last_number = last_number - 2')
  await operations.execute('ALTER TABLE invoices DROP CONSTRAINT invoices_partner_id_number_key')
  await change(`UPDATE invoices SET number = '2026-00000002' WHERE number = '2026-00000003'`)
  expect((await verifyInvoices(billing.parts)).findings.at(-1)).toMatchObject({
    code: 'number_gap',
    text: '3 numbers were taken, 2 invoices have one',
    count: 1,
  })
})
