/** Whoever else rates beside a running worker, over the servers that both share. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { takeRatingRights } from '../src/app/rating-rights.ts'
import { replayInto } from '../src/app/corrections/replay-into.ts'
import { openUnmigratedStores } from '../src/app/stores.ts'
import { openTestDesk } from './test-desk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { startStoreServer } from '../src/store-server/store-server.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { migrateOperations } from '../src/postgres/migrate-operations.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import { asteriskLine } from './small-company.ts'

const RERATE = 'rerate --account nobody --from 2026-10-01 --to 2026-10-31'.split(' ')

test('files, replay and re-rating are refused while a worker rates, with its name, and not after it', async () => {
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

  await using stores = await openTestDesk(config)
  const tik = createCommandLine(join(folder, 'other'), {
    TIK_STORES: server.dataFolder,
    TIK_CATALOGUE: 'fixtures/catalogue',
  })
  const ledger = createClickHouseLedger(stores.clickhouse)
  {
    await using worker = await takeRatingRights(stores, 'stream', 'tik run')
    await worker.ensure()
    await expect(Array.fromAsync(ingestInto(stores, [file], {}))).rejects.toMatchObject({
      code: 'rating_busy',
      message: expect.stringMatching(/^tik run on .+, process \d+, rates into this ledger$/),
    })
    expect(await ledger.lastOffsets('files')).toEqual(new Map())
    const busy = { code: 'rating_busy', message: expect.stringMatching(/^tik run on /) }
    await expect(replayInto(stores, { reasons: [], dryRun: false })).rejects.toMatchObject(busy)
    expect(await replayInto(stores, { reasons: [], dryRun: true })).toEqual([])
    const confirmed = await tik.here([...RERATE, '--confirm'])
    expect(confirmed.status).toBe(1)
    expect(confirmed.stderr).toContain('tik run on ')
    const looked = await tik.here(RERATE) // Changes nothing, so it needs no right.
    expect(looked.stderr).toContain('there is no account nobody')
  }
  const [taken] = await Array.fromAsync(ingestInto(stores, [file], {}))
  expect(taken).toMatchObject({ state: 'ingested', records: 1 })
  expect(await replayInto(stores, { reasons: ['truncated_record'], dryRun: false })).toEqual([])
  expect((await tik.here([...RERATE, '--confirm'])).stderr).toContain('there is no account nobody')
  await using next = await takeRatingRights(stores, 'stream', 'tik run') // The files gave it back.
  await next.ensure()
}, 60_000)
