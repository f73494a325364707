/** What the ledger has, against what was recorded, on an embedded store that loses some of it. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClickHouseLedger } from '../clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../engine/clickhouse-store.ts'
import { collect, ratedOf, usageOf } from '../../../test/doubles/ledger.conformance.ts'
import {
  detachedParts,
  ledgerHoles,
  missingRanges,
  recordedState,
  unreadableParts,
} from './ledger-holes.ts'
import { migrateClickHouse } from '../engine/migrate-clickhouse.ts'
import { batchesOf, catchUpJournal } from './recorded-batches.ts'
import { journalEnd, openJournal, readJournal, type JournalEvent } from './recording-journal.ts'
import { restoredRows } from './restore-rows.ts'
import { finishSourceFile, registerSourceFile } from '../source-files.ts'

const LOG = { source: 'files', partition: 1 }
const RECORDED_MS = 1_793_000_000_000
const FILE = {
  name: 'Master.csv',
  contentHash: 'aa',
  sourceId: 'pbx',
  format: 'asterisk',
  bytes: 9,
  stream: '',
  sequence: -1,
  sequenceMax: -1,
}

/** A finished file of nine rows in three commits. */
async function storeOfOneFile(): Promise<{ store: ClickHouseStore; journalPath: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-holes-'))
  const journalPath = join(folder, 'recorded.ndjson')
  const store = await openClickHouse({ folder: join(folder, 'ledger'), journalPath })
  await migrateClickHouse(store)
  const { file } = await registerSourceFile(store, FILE, RECORDED_MS)
  const ledger = createClickHouseLedger(store)
  for (const offset of [0, 3, 6]) {
    const batch = ledger.newBatch(LOG, offset, RECORDED_MS + offset, 'hash')
    for (let row = 0; row < 3; row += 1) batch.append(usageOf(), ratedOf())
    await ledger.record(batch)
  }
  await finishSourceFile(store, file, 9, RECORDED_MS + 10)
  return { store, journalPath }
}

async function loseRows(store: ClickHouseStore, condition: string): Promise<void> {
  await store.command(
    `ALTER TABLE usage_ledger DELETE WHERE ${condition} SETTINGS mutations_sync = 1`,
  )
}

test('rows that are gone are found with their places, and put back where they stood', async () => {
  const { store, journalPath } = await storeOfOneFile()
  await using _ = store
  expect(await ledgerHoles(store, [])).toEqual([])
  expect([await detachedParts(store), await unreadableParts(store)]).toEqual([[], []])
  const ledger = createClickHouseLedger(store)
  const before = await collect(ledger.rows({ log: LOG }))
  await loseRows(store, 'log_offset IN (3, 4, 5)')
  expect(await ledgerHoles(store, [])).toMatchObject([{ ...LOG, missingCount: 3, heals: false }])
  expect(await missingRanges(store, LOG)).toEqual([{ firstOffset: 3, nextOffset: 6 }])

  const batch = batchesOf(readJournal(journalPath)).get('files/1')?.[1]
  expect(batch).toMatchObject({ firstOffset: 3, rowsCount: 3, recordedMs: RECORDED_MS + 3 })
  const rows = restoredRows(store)
  for (let row = 0; row < 3; row += 1) rows.append(usageOf(), ratedOf())
  const { batchId = 0, recordedMs = 0, catalogueHash = '' } = batch ?? {}
  await rows.record({ log: LOG, firstOffset: 3, batchId, recordedMs, catalogueHash })
  expect(await collect(ledger.rows({ log: LOG }))).toEqual(before)
  expect(await ledgerHoles(store, [])).toEqual([])
})

test('the journal knows of newest rows whose loss leaves no gap', async () => {
  const { store, journalPath } = await storeOfOneFile()
  await using _ = store
  await store.command('TRUNCATE TABLE source_files')
  await store.command('TRUNCATE TABLE usage_ledger')
  expect(await ledgerHoles(store, [])).toEqual([])
  const holes = await ledgerHoles(store, journalEnd(journalPath))
  expect(holes.map(({ kind, missingCount }) => [kind, missingCount])).toEqual([
    ['rows', 9],
    ['list', 0],
  ])
})

/** Fields and lines are written in another order by whoever completes it. */
function inAnyOrder(events: readonly JournalEvent[]): Set<unknown> {
  return new Set(events)
}

test('the journal is completed from the ledger: all of it, or what a kill left out', async () => {
  const { store, journalPath } = await storeOfOneFile()
  await using _ = store
  const journal = openJournal(journalPath)
  const whole = readFileSync(journalPath, 'utf8')
  const events = readJournal(journalPath)
  const state = await recordedState(store, [])
  await catchUpJournal(store, state, journal)
  expect(readFileSync(journalPath, 'utf8')).toBe(whole)

  rmSync(journalPath)
  await catchUpJournal(store, state, journal)
  expect(inAnyOrder(readJournal(journalPath))).toEqual(inAnyOrder(events))

  rmSync(journalPath)
  appendFileSync(journalPath, whole.split('\n').slice(0, 2).join('\n').slice(0, -7))
  await catchUpJournal(store, state, journal)
  const batches = batchesOf(readJournal(journalPath)).get('files/1')
  expect(batches?.map(({ firstOffset }) => firstOffset)).toEqual([0, 3, 6])
})
