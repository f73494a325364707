/** What two customers, or two lines of one document, may and may not share. */
import { expect, test } from 'vitest'
import { SMALL_COMPANY } from '../../../test/small-company.ts'
import { buildDirectory } from '../document/build-directory.ts'
import { directoryDocumentSchema } from '../document/directory-schema.ts'
import { importDirectory } from './import-directory.ts'
import { loadDirectory } from './load-directory.ts'
import { openTestOperations } from '../../../test/doubles/test-operations.ts'

const [ACCOUNT, SUBSCRIPTION] = [SMALL_COMPANY.accounts[0], SMALL_COMPANY.subscriptions[0]]
const BY = { dryRun: false, atMs: 0, changedBy: 'test' }

function build(document: object) {
  return buildDirectory(directoryDocumentSchema.parse({ ...SMALL_COMPANY, ...document }))
}

function desk(id: string, account: string, ...numbers: string[]) {
  return { ...SUBSCRIPTION, id, account, numbers }
}

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
