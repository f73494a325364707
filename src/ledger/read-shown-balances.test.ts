/** Balances on screen are made of the sums that rating goes on with, read in one statement. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OCTOBER, ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { micros } from '../core/money/money.ts'
import type { TakeTotal } from '../rating/rater.ts'
import { createClickHouseLedger } from './clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from './engine/clickhouse-store.ts'
import { migrateClickHouse } from './engine/migrate-clickhouse.ts'
import { readShownBalances } from './read-shown-balances.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-shown-'))
const NOON_MS = Date.UTC(2026, 9, 10, 10)
let store: ClickHouseStore
let partition = 0

beforeAll(async () => {
  store = await openClickHouse({ folder })
  await migrateClickHouse(store)
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const usage = fc.record({
  account: fc.constantFrom('a', 'b'),
  subscription: fc.constantFrom('s1', 's2'),
  callType: fc.constantFrom('data', 'sms'),
  rateId: fc.constantFrom('r1', 'adjustment:r1'),
  period: fc.constantFrom(OCTOBER, OCTOBER + 31),
  outcome: fc.constantFrom('rated', 'duplicate'),
  quantity: fc.integer({ min: -1_000, max: 1_000 }),
  chargeMicros: fc.integer({ min: -10_000_000, max: 10_000_000 }),
  takes: fc.uniqueArray(fc.constantFrom('k1', 'k2', 'k3'), { maxLength: 2 }),
})

test('whatever is recorded, they are the same sums in one statement', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(usage, { minLength: 1, maxLength: 30 }), async (usages) => {
      partition += 1
      const prefix = `p${partition}-`
      const ledger = createClickHouseLedger(store)
      const batch = ledger.newBatch({ source: 'files', partition }, 0, NOON_MS, 'hash')
      for (const [index, each] of usages.entries()) {
        const { account, subscription, callType, quantity, takes, rateId, outcome } = each
        batch.append(
          usageOf({
            accountId: prefix + account,
            subscriptionId: subscription,
            callType,
            quantity,
            usageId: `${prefix}${index}`,
            startMs: NOON_MS,
          }),
          ratedOf({
            rateId,
            outcome: outcome === 'rated' ? 'rated' : 'duplicate',
            periodStartDay: each.period,
            chargeMicros: micros(each.chargeMicros),
            outOfBundleQuantity: quantity,
            takeKeys: takes,
            takeQuantities: takes.map(() => quantity),
          }),
        )
      }
      await ledger.record(batch)
      const requests = [
        { accountId: `${prefix}a`, fromPeriodStartDay: OCTOBER, toPeriodStartDay: OCTOBER },
        { accountId: `${prefix}b`, fromPeriodStartDay: OCTOBER, toPeriodStartDay: OCTOBER + 31 },
        { accountId: 'nobody', fromPeriodStartDay: OCTOBER, toPeriodStartDay: OCTOBER },
      ]
      const full = await ledger.balances(requests)
      const shown = await readShownBalances(store, requests)
      expect(shown.map((one) => one.usage)).toEqual(full.map((one) => one.usage))
      // An account that has adjustments alone is not asked for takes by rating, which sees none of them.
      const seen = full.flatMap((one, index) => (one.usage.length > 0 ? [index] : []))
      expect(seen.map((index) => sums(shown[index]?.takes ?? []))).toEqual(
        seen.map((index) => sums(full[index]?.takes ?? [])),
      )
    }),
    { numRuns: 10 },
  )
}, 120_000)

function sums(takes: readonly TakeTotal[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { periodStartDay, key, quantity } of takes) {
    const name = `${periodStartDay} ${key}`
    found[name] = (found[name] ?? 0) + quantity
  }
  return Object.fromEntries(
    Object.entries(found)
      .filter(([, quantity]) => quantity !== 0)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  )
}
