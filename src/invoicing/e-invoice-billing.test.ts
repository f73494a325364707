/** E-invoices as a bill run writes them: beside the PDF, or not, with a finding that says why. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import { readXml, textsAt } from '../../test/doubles/read-xml.ts'
import type { Party } from '../core/accounts/accounts.ts'
import { billCheck } from './check/bill-check.ts'
import type { BillingParts, Finding } from './run/billing.ts'
import { runBilling } from './run/run-billing.ts'
import { listInvoices } from './store/list-invoices.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

const OCTOBER = { period: '2026-10' }

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(async () => {
  await billing.reset()
  await billing.record(
    ...(['duinzicht', 'zandbank', 'zeegras'] as const).map((accountId, offset) => ({
      accountId,
      subscriptionId: `${accountId}-0`,
      partition: 1,
      offset,
      date: '2026-10-05',
      charge: '4.00',
    })),
  )
})
afterAll(() => billing[Symbol.asyncDispose]())

test('each invoice has its UBL document, which is hashed, listed, mailed and verified', async () => {
  const { invoices, findings } = await runBilling(billing.parts, OCTOBER)
  expect(findings).toEqual([])
  for (const { number, files, grossMicros } of invoices) {
    const text = readFileSync(files[1] ?? '', 'utf8')
    const root = readXml(text)
    expect(textsAt(root, 'cbc:ID')).toEqual([number])
    expect(textsAt(root, 'cac:LegalMonetaryTotal/cbc:PayableAmount')).toEqual([
      (grossMicros / 1_000_000).toFixed(2),
    ])
    const [listed] = await listInvoices(billing.parts, { number })
    const noted = listed?.documents.find(({ kind }) => kind === 'ubl')
    expect(noted?.sha256).toBe(createHash('sha256').update(text).digest('hex'))
  }
  expect(await attachments()).toEqual([
    '2026-00000001.pdf',
    '2026-00000001-ubl.xml',
    '2026-00000001-cdrs.csv',
  ])
  expect(await verifyInvoices(billing.parts)).toEqual({ count: 3, findings: [] })
})

test('without an electronic address the paper goes on, and check, preview and run say so', async () => {
  const parts = withParties({
    duinzicht: { registrationNumber: '', vatId: 'NL12' },
    zandbank: { registrationNumber: '', vatId: '' },
  })
  const expected = [
    [
      'warning',
      'duinzicht',
      'no e-invoice: electronic address of account duinzicht: KVK number, OIN or VAT id, ' +
        'VAT id of account duinzicht: NL12 cannot be right',
    ],
    [
      'info', // As far as is known this is a person.
      'zandbank',
      'no e-invoice: electronic address of account zandbank: KVK number, OIN or VAT id',
    ],
  ]
  expect(incomplete(await billCheck(parts, OCTOBER))).toEqual(expected)
  const preview = await runBilling(parts, { ...OCTOBER, preview: true })
  expect(incomplete(preview.findings)).toEqual(expected)
  const { invoices, findings } = await runBilling(parts, OCTOBER)
  expect(incomplete(findings)).toEqual(expected)
  expect(invoices.map(({ files }) => files.map((path) => path.split('-').at(-1)))).toEqual([
    ['duinzicht.pdf', 'cdrs.csv'],
    ['zandbank.pdf', 'cdrs.csv'],
    ['zeegras.pdf', 'ubl.xml', 'cdrs.csv'],
  ])
  expect(await attachments()).toEqual(['2026-00000001.pdf', '2026-00000001-cdrs.csv'])
  expect(await verifyInvoices(parts)).toEqual({ count: 3, findings: [] })
  const again = await runBilling(parts, OCTOBER)
  expect(again).toMatchObject({ invoices: [], findings: [], alreadyBilledCount: 3 })
})

test('an invoice of a build before has none, which is right, and gets it when its month is run', async () => {
  const { operations } = billing.parts
  const { invoices } = await runBilling(billing.parts, { ...OCTOBER, accounts: ['zeegras'] })
  const before = readFileSync(invoices[0]?.files[1] ?? '')
  await operations.execute(`CREATE TEMPORARY TABLE of_before AS
    SELECT * FROM invoice_documents WHERE kind <> 'ubl'`)
  await operations.execute('TRUNCATE invoice_documents')
  await operations.execute('INSERT INTO invoice_documents SELECT * FROM of_before')
  await operations.execute('DROP TABLE of_before')
  expect(await verifyInvoices(billing.parts)).toEqual({ count: 1, findings: [] })
  await runBilling(billing.parts, { ...OCTOBER, accounts: ['zeegras'] })
  const [listed] = await listInvoices(billing.parts)
  expect(listed?.documents.map(({ kind }) => kind)).toEqual(['cdrs', 'pdf', 'ubl'])
  expect(readFileSync(invoices[0]?.files[1] ?? '')).toEqual(before)
})

test('what was never written at all is missing, the UBL document too', async () => {
  await runBilling(billing.parts, { ...OCTOBER, accounts: ['zeegras'] })
  await billing.parts.operations.execute('TRUNCATE invoice_documents')
  const { findings } = await verifyInvoices(billing.parts)
  expect(findings.map(({ code, subject }) => [code, subject])).toEqual(
    ['pdf', 'ubl', 'cdrs'].map((kind) => ['document_missing', `2026-00000001 zeegras, ${kind}`]),
  )
})

function withParties(changes: Readonly<Record<string, Partial<Party>>>): BillingParts {
  const { directory } = billing.parts
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [
      id,
      { ...account, party: { ...account.party, ...changes[id] } },
    ]),
  )
  return { ...billing.parts, directory: { ...directory, accounts } }
}

function incomplete(findings: readonly Finding[]) {
  return findings
    .filter(({ code }) => code === 'e_invoice_incomplete')
    .map(({ severity, subject, text }) => [severity, subject, text])
}

/** Names of what the mails of invoices carry. */
async function attachments(): Promise<string[]> {
  const rows = await billing.parts.operations.query(
    `SELECT attachments FROM mails WHERE kind = 'invoice' ORDER BY mail_id`,
    [],
    z.object({ attachments: z.array(z.object({ fileName: z.string() })) }),
  )
  return rows.flatMap((row) => row.attachments.map(({ fileName }) => fileName))
}
