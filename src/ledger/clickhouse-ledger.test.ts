import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../core/config/config.ts'
import { TikError } from '../core/failures/errors.ts'
import { createClickHouseLedger } from './clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from './engine/clickhouse-store.ts'
import {
  collect,
  ledgerConformance,
  ratedOf,
  usageOf,
} from '../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from './engine/migrate-clickhouse.ts'
import { exactInteger, queryText } from './engine/query-file.ts'

describe('the ledger over chDB', () => {
  let store: ClickHouseStore
  beforeAll(async () => {
    store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-ledger-')) })
    await migrateClickHouse(store)
  })
  afterAll(() => store.close())
  ledgerConformance(() => createClickHouseLedger(store))

  test('more ids than one look-up takes are found all the same', async () => {
    const ledger = createClickHouseLedger(store)
    const batch = ledger.newBatch({ source: 'many', partition: 0 }, 0, 1_793_000_000_000, 'hash')
    const ids = Array.from({ length: 30_000 }, (_, index) => `a-source:a-long-key-${index}`)
    for (const usageId of ids) batch.append(usageOf({ usageId }), ratedOf())
    await ledger.record(batch)
    const { startMs } = usageOf()
    const found = await ledger.findUsageIds(ids, { from: startMs, to: startMs + 1 })
    expect(found.size).toBe(ids.length)
  })

  test('a writer that wakes after its token was forgotten is fenced by the condition', async () => {
    await store.command(
      'ALTER TABLE usage_ledger MODIFY SETTING non_replicated_deduplication_window = 1',
    )
    const ledger = createClickHouseLedger(store)
    const log = { source: 'forgotten', partition: 0 }
    const batchAt = (offset: number) => {
      const batch = ledger.newBatch(log, offset, 1_793_000_000_000, 'hash')
      for (let index = 0; index < 3; index += 1) batch.append(usageOf(), ratedOf())
      return batch
    }
    const stopped = batchAt(0)
    for (const offset of [0, 3, 6, 9]) await ledger.record(batchAt(offset))
    await expect(ledger.record(stopped)).rejects.toMatchObject({ code: 'ledger_fenced' })
    expect(await ledger.lastOffsets(log.source)).toEqual(new Map([[0, 11]]))
  })

  test('a batch whose end nobody learnt is recorded again without a trace', async () => {
    const asked = createClickHouseLedger({
      ...store,
      query: () => Promise.reject(new TikError('ledger_unavailable', 'the answer was lost')),
    })
    const batch = asked.newBatch({ source: 'lost', partition: 0 }, 0, 1_793_000_000_000, 'hash')
    for (let index = 0; index < 5; index += 1) batch.append(usageOf(), ratedOf())
    await expect(asked.record(batch)).rejects.toMatchObject({ code: 'ledger_unavailable' })
    await expect(asked.record(batch)).rejects.toMatchObject({ code: 'ledger_unavailable' })
    const rows = createClickHouseLedger(store).rows({ log: batch.log })
    const offsets = (await collect(rows)).map((row) => row.logOffset)
    expect(offsets).toEqual([0, 1, 2, 3, 4])
  })

  test('the end of a log that was lost with its part is recorded again, as often as it is lost', async () => {
    const ledger = createClickHouseLedger(store)
    const log = { source: 'damaged', partition: 0 }
    const batchAt = (offset: number) => {
      const batch = ledger.newBatch(log, offset, 1_793_000_000_000, 'hash')
      for (let index = 0; index < 3; index += 1) batch.append(usageOf(), ratedOf())
      return batch
    }
    await ledger.record(batchAt(0))
    for (let loss = 1; loss <= 3; loss += 1) {
      await ledger.record(batchAt(3))
      await store.command(
        `ALTER TABLE usage_ledger DELETE WHERE log_source = 'damaged' AND log_offset >= 3
         SETTINGS mutations_sync = 1`,
      )
      expect(await ledger.lastOffsets(log.source)).toEqual(new Map([[0, 2]]))
    }
    await ledger.record(batchAt(3))
    expect(await ledger.lastOffsets(log.source)).toEqual(new Map([[0, 5]]))
    await expect(ledger.record(batchAt(3))).rejects.toMatchObject({ code: 'ledger_fenced' })
  })

  test('a batch of any size is one part', async () => {
    const ledger = createClickHouseLedger(store)
    const batch = ledger.newBatch({ source: 'large', partition: 0 }, 0, 1_793_000_000_000, 'hash')
    for (let index = 0; index < 150_000; index += 1) batch.append(usageOf(), ratedOf())
    await ledger.record(batch)
    const parts = queryText()(
      'parts-of-large',
      "SELECT uniqExact(_part) AS parts FROM usage_ledger WHERE log_source = 'large'",
      z.object({ parts: exactInteger }),
    )
    expect(await store.query(parts, {})).toEqual([{ parts: 1 }])
  })
})

const { clickhouseUrl, clickhouseUser, clickhousePassword } = readConfig('test')
const skipReason = clickhouseUrl === undefined ? ' (skipped: TIK_CLICKHOUSE_URL is not set)' : ''

describe.skipIf(clickhouseUrl === undefined)(`the ledger over a server${skipReason}`, () => {
  const database = `tik_test_${process.pid}`
  let store: ClickHouseStore
  beforeAll(async () => {
    const url = clickhouseUrl ?? ''
    const login = { username: clickhouseUser, password: clickhousePassword }
    store = await openClickHouse({ url, ...login, database })
    await migrateClickHouse(store)
  })
  afterAll(async () => {
    if (!database.includes('test')) throw new Error(`${database} is not a test's`)
    await store.command(`DROP DATABASE IF EXISTS ${database}`)
    await store.close()
  })
  ledgerConformance(() => createClickHouseLedger(store))
})
