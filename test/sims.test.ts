/** SIMs by how much of their data is left (M4): over the API, and by `tik sims`' use case for all accounts. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { simsOf } from '../src/app/usage/sims-of.ts'
import { allowanceInstanceKey } from '../src/core/usage/ids.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { OCTOBER, ratedOf, usageOf } from './doubles/ledger.conformance.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const GB = 1_073_741_824
/** Each SIM has 5 GB; what it used of them. */
const USED_GB = { M1: 0, M2: 4.5, M3: 5, M4: 2, N1: 1 }

let door: SmallDoor
beforeAll(async () => {
  door = await openSmallDoor()
  const sims = Object.keys(USED_GB).map((id, index) => ({
    id,
    account: id.startsWith('M') ? 'A1' : 'A2',
    product: 'mobile',
    activated: '2026-01-01',
    numbers: [`+3161234560${index}`],
    plans: ['mobile-go'],
  }))
  const file = join(door.desk.folder.path, 'sims.json')
  writeFileSync(file, JSON.stringify({ subscriptions: sims }))
  const atMs = Date.parse('2026-09-01T08:00Z')
  await importAccounts(door.desk, file, { dryRun: false, atMs })
  const ledger = createClickHouseLedger(door.desk.clickhouse)
  const batch = ledger.newBatch({ source: 'files', partition: 9 }, 0, atMs, 'hash')
  for (const { id, account } of sims) {
    const scope = { scopeKind: 'subscription', scopeId: id } as const
    const key = allowanceInstanceKey({ allowanceId: 'go-data', ...scope, startDay: OCTOBER })
    const bytes = USED_GB[id as keyof typeof USED_GB] * GB
    const of = { accountId: account, subscriptionId: id, usageId: `data:${id}` }
    batch.append(
      usageOf({
        ...of,
        product: 'mobile',
        kind: 'data',
        callType: 'national-data',
        quantity: bytes,
      }),
      ratedOf({
        periodStartDay: OCTOBER,
        outOfBundleQuantity: 0,
        takeKeys: [key],
        takeQuantities: [bytes],
      }),
    )
  }
  await ledger.record(batch)
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

const page = z.object({
  items: z.array(
    z.object({ subscription: z.string(), left: z.string(), percentLeft: z.int().nullable() }),
  ),
  nextCursor: z.string().nullable(),
})

async function listed(key: string, query: string) {
  const path = `${API_PATH}/accounts/A1/sims?period=2026-10${query}`
  const { items, nextCursor } = page.parse(await (await door.ask(path, { key })).json())
  const told = items.map(
    ({ subscription, left, percentLeft }) => `${subscription} ${left} ${percentLeft}`,
  )
  return { told, nextCursor }
}

test('who has least comes first, page by page, and one group alone', async () => {
  const key = await door.keyOf({ reachKind: 'account', reachId: 'A1' }, ['see-usage'])
  const all = ['M3 empty 0', 'M2 low 10', 'M4 enough 60', 'M1 enough 100']
  expect((await listed(key, '')).told).toEqual(all)
  const first = await listed(key, '&limit=3')
  expect(first.told).toEqual(all.slice(0, 3))
  expect((await listed(key, `&limit=3&cursor=${first.nextCursor}`)).told).toEqual(all.slice(3))
  expect((await listed(key, '&left=low')).told).toEqual(['M2 low 10'])
})

test('they are the groups that the balances of the account count', async () => {
  const key = await door.keyOf({ reachKind: 'operator', reachId: '' }, ['see-usage'])
  const response = await door.ask(`${API_PATH}/accounts/A1/balances?period=2026-10`, { key })
  expect(await response.json()).toMatchObject({ simGroups: { enough: 2, low: 1, empty: 1 } })
})

test('the operator sees those of all accounts', async () => {
  const found = await simsOf(door.desk, { period: '2026-10' })
  expect(found.map(({ accountId, subscriptionId }) => `${accountId} ${subscriptionId}`)).toEqual([
    'A1 M3',
    'A1 M2',
    'A1 M4',
    'A2 N1',
    'A1 M1',
  ])
})
