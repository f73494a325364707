import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../ledger/engine/clickhouse-store.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { unreadableParts } from '../ledger/holes/ledger-holes.ts'
import { ledgerConformance } from '../../test/doubles/ledger.conformance.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { copyTestOperations } from '../../test/doubles/test-operations.ts'
import { startStoreServer } from './store-server.ts'
import type { StoreServer } from './store-server.ts'

describe('the ledger over HTTP to the local store server', () => {
  let server: StoreServer
  let store: ClickHouseStore
  beforeAll(async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'tik-store-ledger-'))
    await copyTestOperations(join(dataFolder, 'operations'))
    server = await startStoreServer({ dataFolder })
    const url = server.clickhouseUrl
    store = await openClickHouse({
      url,
      username: 'default',
      password: server.secret,
      database: 'tik',
    })
    await migrateClickHouse(store)
  }, 60_000)
  afterAll(async () => {
    await store.close()
    await server[Symbol.asyncDispose]()
  })
  ledgerConformance(() => createClickHouseLedger(store))

  test('every byte of its parts is looked at before invoices are made, as in the folder itself', async () => {
    expect(await unreadableParts(store)).toEqual([])
  })
})
