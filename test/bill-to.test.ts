/** A site of an account with invoices of its own, from the document to the mail, as an operator does it. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-bill-to-'))
const environment = { TIK_CATALOGUE: 'fixtures/catalogue' }
const config = readConfig(folder, environment)
const tik = createCommandLine(folder, environment)
const PARTNER = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}
const HARBOUR = {
  id: 'harbour',
  account: 'A1',
  legalName: 'Klein Bedrijf, haven',
  address: { street: 'Kade 9', postcode: '3000 CC', city: 'Rotterdam', country: 'NL' },
  purchaseOrder: 'PO-HARBOUR',
  electronicAddress: { scheme: '0088', value: '8712345678906' },
  readers: ['hans'],
}
const person = (id: string, registrations: readonly string[]) => {
  return { id, account: 'A1', name: id, email: `${id}@example.com`, registrations }
}
const [V1, V2, M1] = SMALL_COMPANY.subscriptions
const DOCUMENT = {
  ...SMALL_COMPANY,
  partners: SMALL_COMPANY.partners.map((partner) => ({ ...partner, ...PARTNER })),
  billTos: [HARBOUR],
  subscriptions: [V1, V2, { ...M1, billTos: ['harbour'] }],
  users: [person('anna', ['invoices']), person('hans', [])],
  oneOffCharges: [
    {
      id: 'crane',
      account: 'A1',
      billTo: 'harbour',
      at: '2026-10-07',
      description: 'Crane',
      amount: '85.00',
    },
  ],
}

async function imported(document: object): Promise<void> {
  const path = join(folder, 'accounts.json')
  writeFileSync(path, JSON.stringify(document, null, 1))
  await using desk = await openTestDesk(config)
  await importAccounts(desk, path, { dryRun: false, atMs: Date.parse('2026-09-20T08:00Z') })
}

beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  await imported(DOCUMENT)
  await using desk = await openTestDesk(config)
  const at = fixedClock(Date.parse('2026-11-02T08:00Z'))
  await runBilling(await openBillingParts(desk, at), { period: '2026-10' })
}, 240_000)

async function said(...argv: string[]): Promise<string> {
  const { stdout, stderr } = await tik.here(argv)
  return stderr + stdout
}

test('each bill-to has an invoice with its own number, address and order, and is mailed to its own readers', async () => {
  const own = await said('bill', 'show', '2026-00000001')
  expect(own).toMatch(/Testpartner B.V. to A1, Klein Bedrijf B.V./)
  expect(own).not.toMatch(/Mobiel Go|Crane/)
  const harbour = await said('bill', 'show', '2026-00000002')
  expect(harbour).toMatch(/Testpartner B.V. to A1 \/ harbour, Klein Bedrijf, haven/)
  expect(harbour).toMatch(/Mobiel Go/)
  expect(harbour).toMatch(/Crane/)
  expect(harbour).not.toMatch(/VoIP/)
  expect(await said('bill', 'list')).toMatch(/2026-00000002.*A1 \/ harbour/)
  const mails = await said('mails', 'list', '--json')
  expect(mails).toMatch(/anna@example.com[^}]*2026-00000001/)
  expect(mails).toMatch(/hans@example.com[^}]*2026-00000002/)
  expect(mails.match(/@example\.com/g)).toHaveLength(2)
  await using desk = await openTestDesk(config)
  expect((await verifyInvoices(await openBillingParts(desk))).findings).toEqual([])
}, 240_000)

test('the document that is imported again without bill-to’s leaves each subscription where it is', async () => {
  await imported({ ...DOCUMENT, subscriptions: [V1, V2, M1] })
  expect(await said('accounts', 'bill-to', 'M1', 'harbour', '--from', '2026-11-20')).toBe(
    'Nothing to change: it is so already.\n',
  )
}, 240_000)

test('a move shows what both invoices would say; what is billed stays where it was billed', async () => {
  const refused = await said('accounts', 'bill-to', 'V2', 'harbour', '--from', '2026-10-15')
  expect(refused).toMatch(/V2 is billed until 2026-10-31.*first day that is not billed/s)
  const dry = await said(
    'accounts',
    'bill-to',
    'V2',
    'harbour',
    '--from',
    '2026-11-16',
    '--dry-run',
  )
  expect(dry).toMatch(/Next invoice of A1, period from 2026-11-01/)
  expect(dry).toMatch(/Next invoice of bill-to harbour of A1, period from 2026-11-01/)
  const days = /2026-11-16 to 2026-11-30/g
  expect(dry.match(days)).toHaveLength(2)
  await said('accounts', 'bill-to', 'V2', 'harbour', '--from', '2026-11-16')
  const preview = await said('bill', 'run', '--period', '2026-11', '--preview')
  expect(preview).toMatch(/A1 \/ harbour, Klein Bedrijf, haven/)
}, 240_000)

test.each([
  ['an account that there is not', { billTos: [{ ...HARBOUR, account: 'A9' }] }, 'account "A9"'],
  ['a reader of nobody', { billTos: [{ ...HARBOUR, readers: ['eve'] }] }, 'no user "eve"'],
  [
    'an electronic address with a wrong digit',
    { billTos: [{ ...HARBOUR, electronicAddress: { scheme: '0088', value: '8712345678901' } }] },
    'no identifier of scheme 0088',
  ],
  [
    'a subscription of a site that is not its account’s',
    { subscriptions: [{ ...V1, billTos: ['office'] }] },
    'A1 has no bill-to "office"',
  ],
  [
    'two sites at one moment',
    { subscriptions: [{ ...V1, billTos: ['harbour', { id: 'harbour', from: '2026-01-01' }] }] },
    'begin at the same moment',
  ],
])('the import refuses with its place: %s', async (_what, document, message) => {
  const path = join(folder, 'wrong.json')
  writeFileSync(path, JSON.stringify(document, null, 1))
  const { status, stderr } = await tik.here(['accounts', 'import', path])
  expect(status).not.toBe(0)
  expect(stderr).toMatch(/wrong\.json:\d+/)
  expect(stderr).toContain(message)
})
