/** What rating starts from where an earlier build let sums grow beyond exact numbers. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorld, step } from '../../test/rating/world.ts'
import { micros } from '../core/money/money.ts'
import { createRater } from '../rating/create-rater.ts'
import { createClickHouseLedger } from './clickhouse-ledger.ts'
import { openClickHouse } from './engine/clickhouse-store.ts'
import { ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from './engine/migrate-clickhouse.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const NOVEMBER = 20_758 // 2026-11-01, in days since 1970-01-01.
const world = createWorld({
  rates: { r: [{ steps: [step('0.01')] }] },
  plans: { plan: { rates: { call: 'r' } } },
  accounts: [{ accountId: 'old' }, { accountId: 'young' }],
  subscriptions: [
    { subscriptionId: 'O', accountId: 'old' },
    { subscriptionId: 'Y', accountId: 'young' },
  ],
})

test.each([
  { quantity: 8 * 10 ** 15, charge: '0' },
  { quantity: 60, charge: '6000000000' },
])('sums of $quantity units and $charge EUR twice hold up their own account only', async (old) => {
  await using store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-sums-')) })
  await migrateClickHouse(store)
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition: 1 }, 0, NOON, 'hash')
  const { quantity } = old
  for (const usageId of ['a', 'b']) {
    const absurd = { accountId: 'old', subscriptionId: 'O', callType: 'call', sessionKey: 's' }
    batch.append(
      usageOf({ ...absurd, usageId, startMs: NOON, quantity }),
      ratedOf({
        rateId: 'r',
        periodStartDay: NOVEMBER,
        outOfBundleQuantity: quantity,
        chargeMicros: micros(Number(old.charge) * 1_000_000),
        takeKeys: [`gone|O|${NOVEMBER}|subscription`],
        takeQuantities: [quantity],
      }),
    )
  }
  await ledger.record(batch)

  const usages = ['O', 'Y'].map((id) => world.usage(id, 'call', { startMs: NOON, quantity: 60 }))
  const rater = createRater(world)
  const requests = rater.missingBalances(usages)
  const totals = await ledger.balances(requests)
  for (const [index, request] of requests.entries()) rater.restore(request, totals[index]!)
  const rated = usages.map((usage) => structuredClone(rater.rate(usage, NOON)))
  expect(rated).toMatchObject([
    { outcome: 'rejected', reason: 'charge_out_of_range' },
    { outcome: 'rated', chargeMicros: 600_000 },
  ])
})
