/** `tik bill credit` over real stores: numbers, statuses, documents, mails, and what a stopped one left. */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { invoiceCdrs } from '../store/invoice-cdrs.ts'
import { listInvoices } from '../store/list-invoices.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'
import type { CreditWish } from './build-credit-note.ts'
import { creditInvoice } from './credit-invoice.ts'

const NUMBER = '2026-00000001'
const WHOLE: CreditWish = { what: 'whole' }

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
afterAll(() => billing[Symbol.asyncDispose]())

/** October of duinzicht, who wants mails: 33.04 + 6.94 = 39.98. */
beforeEach(async () => {
  await billing.reset()
  await billing.record({
    accountId: 'duinzicht',
    subscriptionId: 'duinzicht-0',
    partition: 1,
    offset: 0,
    date: '2026-10-03',
    charge: '0.67',
  })
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  billing.setNow('2026-11-10T09:00:00Z')
})

const credit = (wish: CreditWish, parts: BillingParts = billing.parts) =>
  creditInvoice(parts, { number: NUMBER, wish, reason: 'Dubbel berekend' })

async function listed(): Promise<string[]> {
  const all = await listInvoices(billing.parts)
  return all.map((each) =>
    [
      each.number,
      each.kind,
      each.corrects,
      each.status,
      each.grossMicros / 1e6,
      each.creditedMicros / 1e6,
    ].join(' '),
  )
}

const findings = async () => (await verifyInvoices(billing.parts)).findings

test('credited whole, the invoice counts as credited and the two come to nothing', async () => {
  const outcome = await credit(WHOLE)
  expect(outcome.original).toEqual({ number: NUMBER, status: 'credited' })
  expect(outcome.left).toEqual({ netMicros: 0, vatMicros: 0, grossMicros: 0 })
  expect(await listed()).toEqual([
    '2026-00000002 credit-note 2026-00000001 finalised -39.98 0',
    '2026-00000001 invoice  credited 39.98 39.98',
  ])
  expect(await findings()).toEqual([])
})

test('parts leave the invoice as it was until the last of it', async () => {
  const { original, left } = await credit({ what: 'lines', lineNumbers: [2] })
  expect(original.status).toBe('finalised')
  expect(left.grossMicros).toBeGreaterThan(0)
  await credit({ what: 'amount', netMicros: micros(100_000), lineNumber: 1 })
  const last = await credit(WHOLE)
  expect(last.original.status).toBe('credited')
  const all = await listInvoices(billing.parts)
  expect(all.reduce((sum, { grossMicros }) => sum + grossMicros, 0)).toBe(0)
  expect(await findings()).toEqual([])
})

test('a second whole credit is refused and says by what it is credited', async () => {
  await credit(WHOLE)
  await expect(credit(WHOLE)).rejects.toMatchObject({
    code: 'credit_refused',
    message: 'invoice 2026-00000001 is credited already, by 2026-00000002',
  })
  await expect(
    creditInvoice(billing.parts, { number: '2026-00000002', wish: WHOLE, reason: 'x' }),
  ).rejects.toMatchObject({
    message: '2026-00000002 is a credit note itself',
    hint: expect.stringContaining('tik accounts charge duinzicht --amount 33.04'),
  })
  expect(await listed()).toHaveLength(2)
})

test('two at once credit once', async () => {
  const results = await Promise.allSettled([credit(WHOLE), credit(WHOLE)])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await listed()).toHaveLength(2)
  expect(await findings()).toEqual([])
})

test('the same amount of a line for the same reason is given back once, unless it is meant again', async () => {
  const wish: CreditWish = { what: 'amount', netMicros: micros(1_250_000), lineNumber: 1 }
  await credit(wish)
  await expect(credit(wish)).rejects.toMatchObject({
    code: 'credit_refused',
    message: '2026-00000002 credits the same already of 2026-00000001',
    hint: 'its documents are written; with --again the amount is credited once more',
  })
  const order = { number: NUMBER, wish, reason: 'Dubbel berekend' }
  await creditInvoice(billing.parts, { ...order, again: true })
  await creditInvoice(billing.parts, { ...order, reason: 'Coulance' })
  await credit({ ...wish, lineNumber: undefined })
  await credit({ ...wish, netMicros: micros(1_260_000) })
  expect(await listed()).toHaveLength(6)
  expect(await findings()).toEqual([])
})

test('a credit note is of the day that it is where the account is', async () => {
  billing.setNow('2026-11-10T20:00:00Z')
  const issuedOn = async (accounts: BillingParts['directory']['accounts']): Promise<string> => {
    const directory = { ...billing.parts.directory, accounts }
    const order = { number: NUMBER, wish: WHOLE, reason: 'x', dryRun: true }
    const { creditNote } = await creditInvoice({ ...billing.parts, directory }, order)
    return dayToIso(creditNote.issueDay)
  }
  const { accounts } = billing.parts.directory
  expect(await issuedOn(accounts)).toBe('2026-11-10')
  const far = [...accounts].map(
    ([id, account]) => [id, { ...account, timeZone: 'Pacific/Auckland' }] as const,
  )
  expect(await issuedOn(new Map(far))).toBe('2026-11-11')
  expect(await issuedOn(new Map())).toBe('2026-11-10') // Nobody knows it any more.
})

test('the account is locked before anything of it is looked at', async () => {
  const asked: string[] = []
  const { operations } = billing.parts
  const listening: BillingParts = {
    ...billing.parts,
    operations: {
      ...operations,
      transaction: (work) =>
        operations.transaction((sql) =>
          work({
            ...sql,
            query: (text, ...more) => {
              asked.push(text)
              return sql.query(text, ...more)
            },
          }),
        ),
    },
  }
  await credit(WHOLE, listening)
  expect(asked[0]).toMatch(/FROM accounts[^;]* FOR NO KEY UPDATE/)
})

test('a dry run says the same and stores nothing', async () => {
  const order = { number: NUMBER, wish: WHOLE, reason: 'Dubbel berekend' }
  const dry = await creditInvoice(billing.parts, { ...order, dryRun: true })
  expect(dry).toMatchObject({
    files: [],
    original: { status: 'credited' },
    creditNote: { number: '' },
  })
  expect(await listed()).toEqual(['2026-00000001 invoice  finalised 39.98 0'])
  const { creditNote } = await creditInvoice(billing.parts, order)
  expect({ ...creditNote, number: '' }).toEqual(dry.creditNote)
})

test('its PDF and e-invoice are written and mailed, and it has no usage of its own', async () => {
  const { files } = await credit(WHOLE)
  expect(files.map((path) => path.split('/').at(-1))).toEqual([
    '2026-00000002-duinzicht.pdf',
    '2026-00000002-duinzicht-ubl.xml',
  ])
  const ubl = readFileSync(files[1] ?? '', 'utf8')
  expect(ubl).toContain('<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>')
  expect(ubl).toContain('<cbc:ID>2026-00000001</cbc:ID>')
  const mails = await billing.parts.operations.query(
    'SELECT subject, text_body FROM mails ORDER BY created_ms DESC LIMIT 1',
    [],
    z.object({ subject: z.string(), text_body: z.string() }),
  )
  expect(mails[0]?.subject).toBe('Creditnota 2026-00000002 van Noorderlicht Telecom B.V.')
  expect(mails[0]?.text_body).toContain('Reden: Dubbel berekend')
  await expect(Array.fromAsync(invoiceCdrs(billing.parts, '2026-00000002'))).rejects.toMatchObject({
    code: 'usage_error',
    hint: 'ask for the invoice that it takes back from; tik bill list shows it',
  })
})

test('the next month charges what is due then and nothing again; a shared series has no gap', async () => {
  await credit({ what: 'lines', lineNumbers: [2] })
  billing.setNow('2026-12-01T08:00:00Z')
  const report = await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  // Two fees of 17.50 less 7.5 %, as the month before.
  expect(report.invoices).toMatchObject([{ number: '2026-00000003', netMicros: 32_370_000 }])
  expect(await findings()).toEqual([])
})

test('fees of an invoice that is credited whole are neither charged again nor taken back once more', async () => {
  await credit(WHOLE) // With it the fees of November, which were in advance.
  const { directory } = billing.parts
  const terminatedMs = Date.parse('2026-11-01T00:00+01:00')
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs }))
  const ended = { ...billing.parts, directory: { ...directory, subscriptions } }
  billing.setNow('2026-12-01T08:00:00Z')
  const november = { period: '2026-11', accounts: ['duinzicht'] }
  const running = await runBilling(billing.parts, { ...november, preview: true })
  expect(running.invoices).toMatchObject([{ netMicros: 32_370_000 }]) // December alone.
  const report = await runBilling(ended, november)
  expect(report.invoices).toMatchObject([{ outcome: 'zero-suppressed', netMicros: 0 }])
  expect(await findings()).toEqual([])
})

test('a partner can have a series of its own for credit notes', async () => {
  const { operations } = billing.parts
  await operations.execute("UPDATE partners SET credit_note_numbers = 'own'")
  const { creditNote } = await credit(WHOLE)
  expect(creditNote.number).toBe('C2026-00000001')
  await operations.execute("UPDATE partners SET credit_note_numbers = 'shared'")
  expect(await findings()).toEqual([])
  await operations.execute("UPDATE invoice_number_series SET last_number = 2 WHERE series <> ''")
  expect(await findings()).toMatchObject([{ code: 'number_gap', subject: 'noorderlicht C2026' }])
})

test('a refusal after a stopped command says which documents were written, another failure does not', async () => {
  const { operations } = billing.parts
  const failing = (error: Error): BillingParts => ({
    ...billing.parts,
    operations: {
      ...operations,
      transaction: async () => {
        throw error
      },
    },
  })
  const part: CreditWish = { what: 'lines', lineNumbers: [2] }
  for (const error of [new Error('broken'), new TikError('not_found', 'broken')]) {
    await leaveWithoutDocuments({ what: 'amount', netMicros: micros(10_000), lineNumber: 1 })
    await expect(credit(part, failing(error))).rejects.toBe(error)
  }
  await leaveWithoutDocuments(part)
  await expect(credit(part)).rejects.toMatchObject({
    code: 'credit_refused',
    hint: expect.stringMatching(
      /^documents that a stopped command had left were written: .*2026-00000004-duinzicht\.pdf/,
    ),
  })
})

/** Stored, and stopped before its documents were written. */
async function leaveWithoutDocuments(wish: CreditWish): Promise<void> {
  const { operations } = billing.parts
  let hasStored = false
  const dying: BillingParts = {
    ...billing.parts,
    operations: {
      ...operations,
      transaction: async (work) => {
        const result = await operations.transaction(work)
        hasStored = true
        return result
      },
      query: (sql, values, row) => {
        if (hasStored && sql.includes('FROM invoice_documents')) throw new Error('killed')
        return operations.query(sql, values, row)
      },
    },
  }
  const order = { number: NUMBER, wish, reason: 'Dubbel berekend', again: true }
  await expect(creditInvoice(dying, order)).rejects.toThrow('killed')
}

test('one that dies before its documents are written is completed by the next call', async () => {
  const { operations } = billing.parts
  const dying: BillingParts = {
    ...billing.parts,
    operations: {
      ...operations,
      query: (sql, values, row) => {
        if (sql.includes('FROM invoice_documents')) throw new Error('killed')
        return operations.query(sql, values, row)
      },
    },
  }
  await operations.transaction(() => Promise.resolve())
  await expect(credit({ what: 'lines', lineNumbers: [2] }, dying)).rejects.toThrow('killed')
  const { findings: before } = await verifyInvoices(billing.parts)
  expect(before).toEqual([])
  await credit(WHOLE)
  const all = await listInvoices(billing.parts)
  const files = all.flatMap(({ documents }) => documents.map(({ path }) => path))
  expect(files.every((path) => existsSync(path))).toBe(true)
  expect(all.map(({ documents }) => documents.length)).toEqual([2, 3])
})

test('a credit note that was changed, or a wrong status, is seen', async () => {
  await credit({ what: 'lines', lineNumbers: [2] })
  const { operations } = billing.parts
  await operations.execute("UPDATE invoices SET status = 'credited' WHERE number = $1", [NUMBER])
  expect(await findings()).toMatchObject([{ code: 'credit_differs' }])
  await operations.execute("UPDATE invoices SET status = 'finalised' WHERE number = $1", [NUMBER])
  await expect(
    operations.execute("UPDATE invoices SET gross_micros = 0 WHERE kind = 'credit-note'"),
  ).rejects.toThrow('never changes')
})
