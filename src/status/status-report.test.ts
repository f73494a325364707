import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TikError } from '../core/failures/errors.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../ledger/engine/clickhouse-store.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { OCTOBER, ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { openTestOperations, type TestOperations } from '../../test/doubles/test-operations.ts'
import type { StreamAdmin } from '../stream/stream.ts'
import { readStatus } from './status-report.ts'

const DAY_MS = 86_400_000
const RECORDED_MS = (OCTOBER + 20) * DAY_MS
const NOW_MS = RECORDED_MS + 5_000
const topics = { sources: ['cdr-pbx', 'cdr-new'], mediationGroup: 'tik-mediation', usage: 'usage' }
let clickhouse: ClickHouseStore
let operations: TestOperations

beforeAll(async () => {
  clickhouse = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-status-')) })
  await migrateClickHouse(clickhouse)
  operations = await openTestOperations()
  const ledger = createClickHouseLedger(clickhouse)
  const batch = ledger.newBatch({ source: 'usage', partition: 1 }, 0, RECORDED_MS, 'hash')
  batch.append(usageOf({ usageId: 'pbx:1' }), ratedOf())
  batch.append(usageOf({ usageId: 'pbx:2', accountId: 'a2' }), ratedOf())
  const rejected = usageOf({ usageId: 'pbx:3', rejectReason: 'served_unknown' })
  batch.append(rejected, ratedOf({ outcome: 'rejected', reason: 'served_unknown' }))
  await ledger.record(batch)
  await operations.store.script(`INSERT INTO alert_positions VALUES ('usage', 1, 2, 0)`)
})
afterAll(async () => {
  await clickhouse.close()
  await operations[Symbol.asyncDispose]()
})

/** Two partitions of each topic; 'cdr-new' is not there yet. */
function adminDouble(): StreamAdmin {
  return {
    createTopics: () => Promise.resolve([]),
    topics: () => Promise.resolve(['cdr-pbx', 'usage']),
    bounds: () =>
      Promise.resolve([
        { partition: 0, firstOffset: 0, endOffset: 0 },
        { partition: 1, firstOffset: 0, endOffset: 10 },
      ]),
    committed: () => Promise.resolve(new Map([[1, 4]])),
    close: () => Promise.resolve(),
  }
}

function look(openAdmin?: () => Promise<StreamAdmin>) {
  const parts = { clickhouse, operations: operations.store, openAdmin, topics, nowMs: NOW_MS }
  return readStatus(parts)
}

test('each partition tells how far its stage is, rating by the ledger and mediation by its group', async () => {
  const { stream, alertsLagCount } = await look(() => Promise.resolve(adminDouble()))
  const partitions = stream.state === 'ok' ? stream.partitions : []
  expect(
    partitions.map(({ stage, partition, nextOffset, lagCount, lastCommitMs }) => [
      stage,
      partition,
      nextOffset,
      lagCount,
      lastCommitMs,
    ]),
  ).toEqual([
    ['mediation', 0, 0, 0, 0],
    ['mediation', 1, 4, 6, 0],
    ['rating', 0, 0, 0, 0],
    ['rating', 1, 3, 7, RECORDED_MS],
  ])
  expect(alertsLagCount).toBe(1)
})

test('balances of open periods and the outbox are counted', async () => {
  const { ledger, operations: store } = await look()
  expect(ledger).toMatchObject({
    accountsCount: 2,
    balancesCount: 2,
  })
  expect(store).toMatchObject({ mailsQueuedCount: 0, eventsQueuedCount: 0, accountsCount: 0 })
})

test('no stream and one that is away are answers, and anything else is a failure', async () => {
  expect((await look()).stream).toEqual({ state: 'not configured' })
  const away = new TikError('stream_unavailable', 'nobody there')
  expect((await look(() => Promise.reject(away))).stream).toEqual({
    state: 'not reachable',
    reason: 'nobody there',
  })
  await expect(look(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug')
})
