/** What two customers, or two lines of one document, may and may not share. */
import { expect, test } from 'vitest'
import { SMALL_COMPANY } from '../../../test/small-company.ts'
import { buildDirectory } from '../document/build-directory.ts'
import { directoryDocumentSchema } from '../document/directory-schema.ts'
import { readTable } from './directory-rows.ts'
import { importDirectory } from './import-directory.ts'
import { loadDirectory } from './load-directory.ts'
import type { OperationsStore } from '../../postgres/operations-store.ts'
import { openTestOperations } from '../../../test/doubles/test-operations.ts'

const [ACCOUNT, SUBSCRIPTION] = [SMALL_COMPANY.accounts[0], SMALL_COMPANY.subscriptions[0]]
const BY = { dryRun: false, atMs: 0, changedBy: 'test' }

function build(document: object) {
  return buildDirectory(directoryDocumentSchema.parse({ ...SMALL_COMPANY, ...document }))
}

function desk(id: string, account: string, ...numbers: string[]) {
  return { ...SUBSCRIPTION, id, account, numbers }
}

const CHARGE = { id: 'c-1', account: 'A1', at: '2026-10-07', description: 'Installation' }

const TWO_ACCOUNTS = { accounts: [ACCOUNT, { ...ACCOUNT, id: 'A2' }] }

test('two customers have the same extension from the same day', async () => {
  await using operations = await openTestOperations()
  const { store } = operations
  const first = build({ ...TWO_ACCOUNTS, subscriptions: [desk('D1', 'A1', '201')] })
  const second = build({ ...TWO_ACCOUNTS, subscriptions: [desk('D2', 'A2', '201')] })
  expect([first.problems, second.problems]).toEqual([[], []])
  await importDirectory(store, first.content, BY)
  await importDirectory(store, second.content, BY)
  await importDirectory(store, second.content, BY)
  const { subscriptions } = await loadDirectory(store)
  expect(
    subscriptions.map(({ accountId, identities }) => [accountId, identities[0]?.value]),
  ).toEqual([
    ['A1', '201'],
    ['A2', '201'],
  ])
})

test.each([
  ['a number', ['+31201112233'], 'number +31201112233 would lead to D1 and D2'],
  ['an extension of one account', ['201'], 'number 201 would lead to D1 and D2'],
])('%s that another subscription has is refused with both names', async (_, numbers, sentence) => {
  await using operations = await openTestOperations()
  const { store } = operations
  await importDirectory(store, build({ subscriptions: [desk('D1', 'A1', ...numbers)] }).content, BY)
  const again = build({ subscriptions: [desk('D2', 'A1', ...numbers)] }).content
  await expect(importDirectory(store, again, BY)).rejects.toMatchObject({
    code: 'accounts_invalid',
    message: sentence,
  })
})

function twice<One>(one: One): One[] {
  return [one, one]
}

const TWICE = [
  { id: 'x', from: '2026-02-01' },
  { id: 'x', from: '2026-02-01' },
]

test.each([
  ['a subscription', { subscriptions: [SUBSCRIPTION, SUBSCRIPTION] }],
  ['an account', { accounts: [ACCOUNT, ACCOUNT] }],
  ['a number', { subscriptions: [desk('D1', 'A1', '+31201112233', '+31201112233')] }],
  ['an extension', { subscriptions: [desk('D1', 'A1', '201'), desk('D2', 'A1', '201')] }],
  ['a plan', { subscriptions: [{ ...SUBSCRIPTION, plans: TWICE }] }],
  ['a module', { subscriptions: [{ ...SUBSCRIPTION, modules: TWICE }] }],
  [
    'a module inside its own time',
    { subscriptions: [{ ...SUBSCRIPTION, modules: ['x', { id: 'x', from: '2026-05-01' }] }] },
  ],
  [
    'a group',
    {
      groups: [{ id: 'x', account: 'A1', name: 'X' }],
      subscriptions: [{ ...SUBSCRIPTION, groups: TWICE }],
    },
  ],
  [
    'a rate of the account',
    { accounts: [{ ...ACCOUNT, rateOverrides: twice({ callType: 'x', rate: 'y' }) }] },
  ],
  ['a user', { users: twice({ id: 'u', account: 'A1', name: 'U', email: 'u@example.com' }) }],
  [
    'a charge',
    {
      oneOffCharges: twice({
        id: 'c',
        account: 'A1',
        at: '2026-02-01',
        description: 'C',
        amount: '1.00',
      }),
    },
  ],
  ['a group of the document', { groups: twice({ id: 'g', account: 'A1', name: 'G' }) }],
])('%s that stands twice is a mistake of the document, not of the store', (_, document) => {
  expect(build(document).problems).not.toEqual([])
})

test('a one-off charge changes and goes while no invoice has it, and neither after that', async () => {
  await using operations = await openTestOperations()
  const { store } = operations
  const charges = async (...oneOffCharges: object[]) => {
    const { content } = build({ oneOffCharges })
    const { oneOffCharges: counts } = await importDirectory(store, content, BY)
    return [counts.added, counts.changed, counts.differences]
  }
  const amounts = async () => {
    const rows = await readTable(store, 'one_off_charges')
    return rows.map((row) => `${row.charge_id} ${row.amount_micros}`)
  }
  await charges({ ...CHARGE, amount: '85.00' })
  expect((await charges({ ...CHARGE, amount: '58.00' }))[1]).toEqual(['c-1'])
  const removed = { ...CHARGE, amount: '58.00', removed: true }
  expect(await charges(removed)).toEqual([[], ['c-1'], ['c-1: removed']])
  expect(await amounts()).toEqual([])
  expect(await charges(removed)).toEqual([[], [], []])

  await charges({ ...CHARGE, amount: '85.00' })
  await billCharge(store, 'c-1')
  const why = /"c-1" is in invoice 2026-00000001/
  const refused = { code: 'accounts_invalid', message: expect.stringMatching(why) }
  await expect(charges({ ...CHARGE, amount: '58.00' })).rejects.toMatchObject(refused)
  await expect(charges({ ...CHARGE, amount: '85.00', removed: true })).rejects.toMatchObject(
    refused,
  )
  expect(await charges({ ...CHARGE, amount: '85.00' })).toEqual([[], [], []])
  await charges({ ...CHARGE, id: 'c-2', amount: '-27.00' })
  expect(await amounts()).toEqual(['c-1 85000000', 'c-2 -27000000'])

  // As a build before let it be changed: the way back to what the invoice has, and to nothing else.
  await store.execute("UPDATE one_off_charges SET amount_micros = 58000000 WHERE charge_id = 'c-1'")
  await expect(charges({ ...CHARGE, amount: '60.00' })).rejects.toMatchObject(refused)
  expect((await charges({ ...CHARGE, amount: '85.00' }))[1]).toEqual(['c-1'])
  expect(await amounts()).toEqual(['c-1 85000000', 'c-2 -27000000'])
})

async function billCharge(store: OperationsStore, chargeId: string): Promise<void> {
  await store.execute(`INSERT INTO billing_cut_offs VALUES ('cut', '{}', '{}', '{}')`)
  await store.execute(
    `INSERT INTO billing_runs (period, cut_off_id, started_ms) VALUES ('2026-10', 'cut', 0)`,
  )
  await store.execute(
    `INSERT INTO invoices (kind, partner_id, account_id, period, period_start_day, period_end_day, number,
       status, issue_day, due_day, net_micros, vat_micros, gross_micros, run_id, cut_off_id,
       late_start_days, model, model_sha256, finalised_ms)
     SELECT 'invoice', 'P1', 'A1', '2026-10', 1, 2, '2026-00000001', 'finalised', 1, 1, 0, 0, 0, run_id,
       'cut', '{}', '', '', 0 FROM billing_runs`,
  )
  await store.execute(
    'INSERT INTO invoice_one_off_charges (charge_id, invoice_id) SELECT $1, invoice_id FROM invoices',
    [chargeId],
  )
  await store.execute(
    `INSERT INTO invoice_lines (invoice_id, line_number, section, product, subject, description, from_day,
       to_day, count, quantity, unit, percent_hundredths, exact_micros, amount_micros, tax_category)
     SELECT invoice_id, 1, 'one-off', 'none', $1, 'C', 1, 2, 1, 1, 'item', 0, 85000000, 85000000, 'standard'
     FROM invoices`,
    [chargeId],
  )
}
