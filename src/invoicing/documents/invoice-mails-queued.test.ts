/** What the mail of an invoice carries, and what it says of the month before, in real stores. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import { creditInvoice } from '../credit/credit-invoice.ts'
import type { Invoice } from '../invoice-model.ts'
import type { BillingParts } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { findInvoiceId } from '../store/list-invoices.ts'
import { storedInvoice } from '../store/stored-invoice.ts'
import { queueInvoiceMails } from './invoice-mails.ts'

const NUMBER = '2026-00000001'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
  await billing.parts.operations.execute('ALTER TABLE invoice_documents DISABLE TRIGGER ALL')
})
beforeEach(async () => {
  await billing.reset()
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
})
afterAll(() => billing[Symbol.asyncDispose]())

const mailRow = z.object({
  text: z.string(),
  sender: z.string(),
  attachments: z.array(z.object({ fileName: z.string(), contentType: z.string() })),
})

function mails() {
  return billing.parts.operations.query(
    `SELECT text_body AS text, sender_email AS sender, attachments FROM mails ORDER BY created_ms`,
    [],
    mailRow,
  )
}

function withAccount(
  changes: Partial<Account>,
  billTos?: ReadonlyMap<string, BillTo>,
): BillingParts {
  const { directory } = billing.parts
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [id, { ...account, ...changes }]),
  )
  return {
    ...billing.parts,
    directory: { ...directory, accounts, ...(billTos === undefined ? {} : { billTos }) },
  }
}

/** The same invoice mailed once more, as if it had not been. */
async function mailedBy(parts: BillingParts, changes: Partial<Invoice> = {}) {
  const { operations } = billing.parts
  await operations.execute('TRUNCATE mails CASCADE')
  const stored = await storedInvoice(operations, await findInvoiceId(operations, NUMBER))
  const invoice = { ...stored.invoice, ...changes } as Invoice
  const count = await operations.transaction((sql) =>
    queueInvoiceMails(sql, parts, { ...stored, invoice }),
  )
  const [mail] = await mails()
  return { count, mail, names: mail?.attachments.map(({ fileName }) => fileName) ?? [] }
}

const USUAL = [`${NUMBER}.pdf`, `${NUMBER}-ubl.xml`]
const WITH_CDRS = [...USUAL, `${NUMBER}-cdrs.csv`]

test.each<[Account['cdrFile'], number, string[]]>([
  [undefined, 1_000_000, WITH_CDRS],
  [undefined, 1_000_001, USUAL],
  ['if-small', 1_000_000, WITH_CDRS],
  ['if-small', 1_000_001, USUAL],
  ['always', 1_000_001, WITH_CDRS],
  ['never', 1, USUAL],
])(
  'an account that wants its CDR file %s gets one of %i bytes or not',
  async (cdrFile, size, expected) => {
    await billing.parts.operations.execute('UPDATE invoice_documents SET size_bytes = $1', [size])
    const { mail, names } = await mailedBy(withAccount(cdrFile === undefined ? {} : { cdrFile }))
    expect(names).toEqual(expected)
    expect(mail?.attachments.map(({ contentType }) => contentType.split(';')[0])).toEqual(
      ['application/pdf', 'application/xml', 'text/csv'].slice(0, expected.length),
    )
  },
)

test('a CDR file that is not written is not mailed as a small one', async () => {
  await billing.parts.operations.execute(`DELETE FROM invoice_documents WHERE kind = 'cdrs'`)
  expect((await mailedBy(billing.parts)).names).toEqual(USUAL)
})

test('a bill-to has its own wish, and an account of nobody none', async () => {
  const { directory } = billing.parts
  const address = { street: 'Kade 1', postcode: '1000', city: 'Haven', country: 'NL' }
  const site: BillTo = {
    billToId: 'haven',
    accountId: 'duinzicht',
    address,
    readerIds: [],
    cdrFile: 'never',
  }
  const parts = withAccount({ cdrFile: 'always' }, new Map([['haven', site]]))
  const { invoice } = await storedInvoice(
    billing.parts.operations,
    await findInvoiceId(billing.parts.operations, NUMBER),
  )
  const customer = { ...invoice.customer, billToId: 'haven' }
  expect((await mailedBy(parts, { customer })).names).toEqual(USUAL)
  expect((await mailedBy(parts)).names).toEqual(WITH_CDRS)
  const nobody = { ...billing.parts, directory: { ...directory, accounts: new Map() } }
  await expect(mailedBy(nobody)).rejects.toThrow(/account duinzicht is not in the directory/)
  const silent = { ...billing.parts, directory: { ...directory, users: [] } }
  expect(await mailedBy(silent)).toMatchObject({ count: 0, names: [] })
})

test('it comes from the seller, or from tik where the seller has no address', async () => {
  expect((await mailedBy(billing.parts)).mail?.sender).toBe('facturen@noorderlicht.example')
  const { invoice } = await storedInvoice(
    billing.parts.operations,
    await findInvoiceId(billing.parts.operations, NUMBER),
  )
  const seller = { ...invoice.seller, email: '' }
  expect((await mailedBy(billing.parts, { seller })).mail?.sender).toBe('tik@localhost')
})

test('the second month says why it is more than the first, and a credit note does not', async () => {
  const of = { accountId: 'duinzicht', subscriptionId: 'duinzicht-0', partition: 1, offset: 0 }
  await billing.record({ ...of, date: '2026-11-03', charge: '10' })
  billing.setNow('2026-12-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts: ['duinzicht'] })
  billing.setNow('2026-12-03T08:00:00Z')
  const wish = { what: 'whole' } as const
  await creditInvoice(billing.parts, { number: '2026-00000002', wish, reason: 'Te veel' })
  const said = (await mails()).map(({ text }) => text.includes('dan de vorige'))
  expect(said).toEqual([false, true, false])
})
