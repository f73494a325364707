/**
 * A closed period keeps the terms of then: whatever the directory and the catalogue say today, verification,
 * documents that are written once more, due days and reminders are those of the invoice as it was stored.
 */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Account, Partner } from '../core/accounts/accounts.ts'
import { dayFromIso } from '../core/time/period.ts'
import { micros } from '../core/money/money.ts'
import { openInventedBilling, type InventedBilling } from '../../test/doubles/invented-billing.ts'
import { createPdfRenderer } from './documents/pdf/pdf-renderer.ts'
import { renderByPdfmake } from './documents/pdf/render-by-pdfmake.ts'
import { restoreDocuments } from './documents/restore-documents.ts'
import { remindOverdue } from './reminders/remind-overdue.ts'
import type { BillingParts } from './run/billing.ts'
import { runBilling } from './run/run-billing.ts'

import { findInvoiceId, listInvoices } from './store/list-invoices.ts'
import { storedInvoice } from './store/stored-invoice.ts'
import { verifyInvoices } from './verify/verify-invoices.ts'

const NUMBER = '2026-00000001'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(async () => {
  await billing.reset()
  const one = { partition: 1, accountId: 'duinzicht', subscriptionId: 'duinzicht-0' }
  await billing.record(
    { ...one, offset: 0, date: '2026-10-03', charge: '0.333333' },
    { ...one, offset: 1, date: '2026-10-25', charge: '12.5' },
  )
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
})
afterAll(() => billing[Symbol.asyncDispose]())

/** Everything about seller, customer and prices is another thing today. */
function today(parts: BillingParts): BillingParts {
  const { directory, catalogue } = parts
  const elsewhere = { street: 'Nieuwe Weg 99', postcode: '9999 ZZ', city: 'Elders', country: 'NL' }
  const partners = [...directory.partners].map(([id, partner]): [string, Partner] => [
    id,
    {
      ...partner,
      party: { ...partner.party, legalName: 'Andere Naam N.V.', address: elsewhere },
      iban: 'NL91ABNA0417164300',
      reminders: { steps: [{ afterDays: 1 }], terms: [] },
    },
  ])
  const accounts = [...directory.accounts].map(([id, account]): [string, Account] => [
    id,
    {
      ...account,
      party: { ...account.party, legalName: 'Verhuisd B.V.', address: elsewhere, vatId: '' },
      language: 'fr',
      paymentTermDays: 90,
      purchaseOrder: 'PO-NEW',
      discounts: [
        {
          on: 'usage',
          callType: '',
          percentHundredths: 5_000,
          amountMicros: micros(0),
          description: 'Half',
          fromMs: 0,
          toMs: Infinity,
        },
      ],
    },
  ])
  return {
    ...parts,
    directory: {
      ...directory,
      partners: new Map(partners),
      accounts: new Map(accounts),
      // The lines of the customer ended long ago.
      subscriptions: directory.subscriptions.map((each) => ({ ...each, terminatedMs: 0 })),
    },
    catalogueKey: 'today',
    catalogue: { ...catalogue, plans: new Map(), modules: new Map() },
  }
}

test('verification finds a closed period right, whatever holds today', async () => {
  expect((await verifyInvoices(today(billing.parts))).findings).toEqual([])
  // It looks: a charge that the invoice does not have is seen.
  const late = { partition: 1, offset: 2, date: '2026-10-09', charge: '1' }
  const asBefore = { ...late, accountId: 'duinzicht', subscriptionId: 'duinzicht-0' }
  const cutOff = await billing.parts.operations.query(
    'SELECT last_offsets FROM billing_cut_offs',
    [],
    z.object({ last_offsets: z.array(z.int()) }),
  )
  expect(cutOff).toEqual([{ last_offsets: [1] }])
  await billing.record({ ...asBefore, offset: 1 })
  const { findings } = await verifyInvoices(today(billing.parts))
  expect(findings.map(({ code }) => code)).toContain('line_differs')
})

test('every document is written once more to the same bytes, whatever holds today', async () => {
  const parts = today(billing.parts)
  const [invoice] = await listInvoices(parts, { number: NUMBER })
  const documents = invoice?.documents ?? []
  expect(documents.map(({ kind }) => kind)).toEqual(['cdrs', 'pdf', 'ubl'])
  const before = documents.map(({ path }) => readFileSync(path))
  const [cdrs = '', pdf = '', ubl = ''] = documents.map(({ path }) => path)
  rmSync(cdrs)
  rmSync(pdf)
  writeFileSync(ubl, 'somebody wrote over it')
  await using renderer = createPdfRenderer(1, 1)
  const id = await findInvoiceId(parts.operations, NUMBER)
  const stored = await storedInvoice(parts.operations, id)
  const restored = await restoreDocuments(parts, renderer, stored)
  expect(restored.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['cdrs', 'restored'],
    ['pdf', 'restored'],
    ['ubl', 'restored'],
  ])
  expect(documents.map(({ path }) => readFileSync(path))).toEqual(before)
})

test('a PDF that builds before wrote comes back as they wrote it', async () => {
  const parts = billing.parts
  const stored = await storedInvoice(
    parts.operations,
    await findInvoiceId(parts.operations, NUMBER),
  )
  const asBefore = await renderByPdfmake(stored.invoice)
  const sha256 = createHash('sha256').update(asBefore).digest('hex')
  await parts.operations.execute('ALTER TABLE invoice_documents DISABLE TRIGGER ALL', [])
  await parts.operations.execute(`UPDATE invoice_documents SET sha256 = $1 WHERE kind = 'pdf'`, [
    sha256,
  ])
  await parts.operations.execute('ALTER TABLE invoice_documents ENABLE TRIGGER ALL', [])
  await using renderer = createPdfRenderer(1, 1)
  const restored = await restoreDocuments(parts, renderer, stored)
  const pdf = restored.find(({ kind }) => kind === 'pdf')
  expect(pdf?.outcome).toBe('restored')
  expect(readFileSync(pdf?.path ?? '').equals(Buffer.from(asBefore))).toBe(true)
  expect(readFileSync(pdf?.path ?? '').equals(await renderer.render(stored.invoice))).toBe(false)
})

test('it falls due on the day of then, and a reminder has the seller, account and amount of then', async () => {
  const parts = today(billing.parts)
  billing.setNow('2026-11-17T12:00:00Z')
  const [invoice] = await listInvoices(parts, { number: NUMBER })
  expect(invoice).toMatchObject({ status: 'overdue', dueDay: dayFromIso('2026-11-16') })
  const actor = { by: 'ans', door: 'test' }
  const reminders = await remindOverdue(parts, { actor, dryRun: false })
  expect(reminders).toMatchObject([{ number: NUMBER, step: 1, openMicros: invoice?.grossMicros }])
  const [mail] = await parts.operations.query(
    `SELECT subject, text_body AS text FROM mails WHERE kind = 'reminder'`,
    [],
    z.object({ subject: z.string(), text: z.string() }),
  )
  expect(mail?.subject).toBe(`Herinnering: factuur ${NUMBER} van Noorderlicht Telecom B.V.`)
  expect(mail?.text).toContain('16 november 2026')
  expect(mail?.text).toContain('NL02 ABNA 0123 4567 89 Noorderlicht Telecom B.V.')
  expect(mail?.text).not.toMatch(/Andere Naam|Verhuisd|NL91 ?ABNA ?0417/)
})
