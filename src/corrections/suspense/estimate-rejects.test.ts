/** What waits is valued by what was charged, whatever it adds up to. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RatedUsage } from '../../core/usage/ledger-row.ts'
import { micros } from '../../core/money/money.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { ratedOf, usageOf } from '../../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from '../../ledger/engine/migrate-clickhouse.ts'
import { estimateRejects } from './estimate-rejects.ts'

const NOW_MS = Date.parse('2026-11-21T12:00:00Z')
const HALF = 2 ** 52
const DATA = { kind: 'data', product: 'mobile', durationSeconds: 0, receiver: '' } as const
const SMS = { kind: 'sms', product: 'mobile', durationSeconds: 0, quantity: 1 } as const
const WAITS = { outcome: 'rejected', reason: 'plan_missing', chargeMicros: micros(0) } as const

let store: ClickHouseStore
beforeAll(async () => {
  store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-estimates-')) })
  await migrateClickHouse(store)
})
afterAll(() => store.close())

async function record(partition: number, rows: [Partial<Usage>, Partial<RatedUsage>][]) {
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition }, 0, NOW_MS, 'hash')
  for (const [index, [usage, rated]] of rows.entries()) {
    batch.append(usageOf({ usageId: `${partition}-${index}`, ...usage }), ratedOf(rated))
  }
  await ledger.record(batch)
}

test('more bytes than a safe integer counts are still divided exactly', async () => {
  const charged = { chargeMicros: micros(HALF) }
  await record(1, [
    [{ ...DATA, quantity: HALF + 1 }, charged],
    [{ ...DATA, quantity: HALF + 1 }, { chargeMicros: micros(2) }],
    [{ ...DATA, quantity: HALF }, WAITS],
    [{ ...DATA, quantity: 1 }, WAITS],
  ])
  const waiting = (await estimateRejects(store, NOW_MS)).get('plan_missing')
  // Half of what was used was charged at HALF + 2 in all.
  expect(waiting).toEqual({ valueMicros: HALF / 2 + 1, recordsCount: 2 })
})

test('what would be worth more than can be told is left out, and the rest is told', async () => {
  await record(2, [
    [{ ...SMS }, { chargeMicros: micros(1_000_000_000) }],
    [{ ...SMS, quantity: 10_000_000 }, WAITS],
  ])
  const waiting = (await estimateRejects(store, NOW_MS)).get('plan_missing')
  expect(waiting).toEqual({ valueMicros: HALF / 2 + 1, recordsCount: 2 })
})
