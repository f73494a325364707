import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { createClickHouseLedger } from './clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from './clickhouse-store.ts'
import { ledgerConformance } from './ledger.conformance.ts'
import { migrateClickHouse } from './migrate-clickhouse.ts'

describe('the ledger over chDB', () => {
  let store: ClickHouseStore
  beforeAll(async () => {
    store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-ledger-')) })
    await migrateClickHouse(store)
  })
  afterAll(() => store.close())
  ledgerConformance(() => createClickHouseLedger(store))
})
