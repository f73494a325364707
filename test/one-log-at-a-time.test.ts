/** Files beside a running worker, over the servers that both share. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ingestInto } from '../src/cli/ingest-into.ts'
import { takeRatingRights } from '../src/cli/rating-rights.ts'
import { openStores, openUnmigratedStores } from '../src/cli/stores.ts'
import { readConfig } from '../src/core/config.ts'
import { startStoreServer } from '../src/embedded/store-server.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { migrateClickHouse } from '../src/ledger/migrate-clickhouse.ts'
import { migrateOperations } from '../src/operations/migrate-operations.ts'
import { copyTestOperations } from '../src/operations/test-operations.ts'
import { asteriskLine } from './small-company.ts'

test('files are refused while a worker rates, with its name, and taken when it is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-one-log-'))
  const dataFolder = join(folder, 'stores')
  await copyTestOperations(join(dataFolder, 'operations'))
  await using server = await startStoreServer({ dataFolder })
  const config = readConfig(join(folder, 'data'), {
    TIK_STORES: server.dataFolder,
    TIK_CATALOGUE: 'fixtures/catalogue',
  })
  {
    await using fresh = await openUnmigratedStores(config, 'migrate')
    await migrateClickHouse(fresh.clickhouse)
    await migrateOperations(fresh.operations)
  }
  const file = join(folder, 'Master.csv')
  const call = { from: '0201234567', to: '0612340000', billsec: 60, uniqueid: '1790000000.1' }
  writeFileSync(file, `${asteriskLine({ ...call, start: '2026-10-01 10:00:00' })}\n`)

  await using stores = await openStores(config, 'ingest')
  const ledger = createClickHouseLedger(stores.clickhouse)
  {
    await using worker = await takeRatingRights(stores, 'stream')
    await worker.ensure()
    await expect(Array.fromAsync(ingestInto(stores, [file], {}))).rejects.toMatchObject({
      code: 'rating_busy',
      message: expect.stringMatching(/^tik run on .+, process \d+, rates into this ledger$/),
    })
    expect(await ledger.lastOffsets('files')).toEqual(new Map())
  }
  const [taken] = await Array.fromAsync(ingestInto(stores, [file], {}))
  expect(taken).toMatchObject({ state: 'ingested', records: 1 })
  await using next = await takeRatingRights(stores, 'stream') // The files gave it back.
  await next.ensure()
}, 60_000)
