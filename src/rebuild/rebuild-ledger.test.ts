/** A ledger of one archived file, damaged in ways that no command line can make, and built anew. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { asteriskLine, sampleCatalogue, smallCompany } from '../../test/small-company.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { fixedClock } from '../core/time/clock.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { micros } from '../core/money/money.ts'
import { openDecoder } from '../ingest/reading/open-decoder.ts'
import { rateFile } from '../files/rate-file.ts'
import { createClickHouseLedger } from '../ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { createDuplicateWindow } from '../ledger/duplicates/duplicate-window.ts'
import { ledgerHoles } from '../ledger/holes/ledger-holes.ts'
import { migrateClickHouse } from '../ledger/engine/migrate-clickhouse.ts'
import { positionsOf, readJournal } from '../ledger/holes/recording-journal.ts'
import { finishSourceFile, registerSourceFile } from '../ledger/source-files.ts'
import { createMediator } from '../mediation/mediate.ts'
import { defaultSource } from '../ingest/sources.ts'
import { maskNumber } from '../retention/retain-ledger.ts'
import { reverseRow } from '../rating/correct-row.ts'
import { createRater } from '../rating/create-rater.ts'
import { acceptLosses, originOf, rebuildLedger, type Rebuilt } from './rebuild-ledger.ts'
import { salvageLedger } from './salvage-ledger.ts'

const CALLS = 12
const BATCH_ROWS = 5
const RECORDED_MS = Date.UTC(2026, 10, 1)
const directory = smallCompany()
const source = defaultSource('asterisk')
const root = mkdtempSync(join(tmpdir(), 'tik-rebuild-'))
const archived = join(root, 'Master.csv')
const journalPath = join(root, 'recorded.ndjson')
let catalogue: Catalogue
let before: LedgerRow[]
let foldersCount = 0

async function openFresh(journal: boolean): Promise<ClickHouseStore> {
  const folder = join(root, `ledger-${(foldersCount += 1)}`)
  const store = await openClickHouse(journal ? { folder, journalPath } : { folder })
  await migrateClickHouse(store)
  return store
}

async function rowsOf(store: ClickHouseStore): Promise<LedgerRow[]> {
  return (await Array.fromAsync(createClickHouseLedger(store).rows({}))).flat()
}

function chargeOf(rows: readonly LedgerRow[]): number {
  return rows.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0)
}

/** Rates the file into a new ledger and takes away what the condition names. */
async function damagedLedger(condition: string): Promise<ClickHouseStore> {
  const isFirst = foldersCount === 0
  const store = await openFresh(isFirst)
  const ledger = createClickHouseLedger(store)
  const { file } = await registerSourceFile(
    store,
    {
      name: 'Master.csv',
      contentHash: 'hash',
      sourceId: 'asterisk',
      format: 'asterisk',
      bytes: 1,
      stream: '',
      sequence: -1,
      sequenceMax: -1,
    },
    RECORDED_MS,
  )
  const pipeline = {
    ledger,
    rater: createRater({ catalogue, directory }),
    duplicates: createDuplicateWindow(ledger),
    catalogueHash: 'then',
  }
  const parts = {
    pipeline,
    mediator: createMediator({ source, catalogue, directory }),
    decoder: openDecoder(source, { contentHash: 'hash', name: 'Master.csv', registeredMs: 0 }),
    clock: fixedClock(RECORDED_MS),
    batchRowsMax: BATCH_ROWS,
    recordedCount: 0,
  }
  await rateFile({ number: 1, name: 'Master.csv', path: archived }, parts)
  await finishSourceFile(store, file, CALLS, RECORDED_MS)
  before = await rowsOf(store)
  await store.command(
    `ALTER TABLE usage_ledger DELETE WHERE ${condition} SETTINGS mutations_sync = 1`,
  )
  return store
}

async function rebuilt(
  old: ClickHouseStore,
  look: (store: ClickHouseStore, rebuilt: Rebuilt) => Promise<void>,
  known: readonly { source: string; partition: number; nextOffset: number }[] = [],
  isRemoved = false,
): Promise<void> {
  const salvage = await salvageLedger(old, join(root, `salvage-${foldersCount}`))
  await old.close()
  await using store = await openFresh(false)
  const journal = readJournal(journalPath)
  const outcome = await rebuildLedger({
    store,
    ledger: createClickHouseLedger(store),
    salvage,
    journal,
    known: [...positionsOf(journal), ...known],
    catalogueHash: 'today',
    catalogueOf: () => Promise.resolve(catalogue),
    pathOf: () => (isRemoved ? join(root, 'removed by retention') : archived),
    isRemoved: () => isRemoved,
    openBefore: () => Promise.resolve([]),
    sourceOf: () => source,
    directory,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  await look(store, outcome)
}

beforeAll(async () => {
  const lines = Array.from({ length: CALLS }, (_, index) =>
    asteriskLine({
      from: index === 5 ? '0209999999' : '0201234567',
      to: '0612340000',
      start: `2026-10-${String(index + 1).padStart(2, '0')} 10:00:00`,
      billsec: 30 + index * 17,
      uniqueid: `179000000${index}.${index}`,
    }),
  )
  writeFileSync(archived, `${lines.join('\n')}\n`)
  catalogue = await sampleCatalogue()
})

test.each([
  ['some rows of one commit', 'log_offset IN (1, 2)', 10],
  ['rows of several commits', 'log_offset BETWEEN 3 AND 11', 3],
  ['all rows', '1 = 1', 0],
])('%s: what is left is kept, the rest is made as it was', async (_, condition, keptCount) => {
  await rebuilt(await damagedLedger(condition), async (store, { files, losses }) => {
    expect(files).toMatchObject([{ keptCount, madeCount: CALLS - keptCount, differences: [] }])
    expect(losses).toEqual([])
    expect(await rowsOf(store)).toEqual(before)
  })
})

test('what is in no file is a loss with its origin; accepted, it is no hole any more', async () => {
  const known = [{ source: 'rerate', partition: 1, nextOffset: 4 }]
  const old = await damagedLedger('log_offset = 0')
  await rebuilt(
    old,
    async (store, { losses }) => {
      expect(losses).toMatchObject([{ source: 'rerate', partition: 1, missingCount: 4 }])
      expect(losses.map((loss) => originOf(loss, () => false))).toEqual([
        expect.stringContaining('in the ledger only'),
      ])
      await acceptLosses(store, losses, RECORDED_MS)
      expect(await ledgerHoles(store, known)).toEqual([])
      const numbers = await createClickHouseLedger(store).lastOffsets('rerate')
      expect([...numbers.keys()]).toEqual([1]) // The next run is number 2.
    },
    known,
  )
})

test('of a file that retention removed what is left is kept, and what is lost says why', async () => {
  const old = await damagedLedger('log_offset IN (3, 4)')
  await rebuilt(
    old,
    async (store, { files, losses }) => {
      expect(files).toMatchObject([{ keptCount: CALLS - 2, madeCount: 0, differences: [] }])
      expect(losses).toMatchObject([{ source: 'files', partition: 1, missingCount: 2 }])
      expect(losses.map((loss) => originOf(loss, ({ number }) => number === 1))).toEqual([
        expect.stringContaining('removed by `tik retain`'),
      ])
      expect(await rowsOf(store)).toHaveLength(CALLS - 2)
    },
    [],
    true,
  )
})

test('a row that retention took a number from is no difference', async () => {
  const old = await damagedLedger('log_offset = 0')
  await maskNumber(old, '+31612340000')
  await rebuilt(old, async (store, { files }) => {
    expect(files).toMatchObject([{ keptCount: CALLS - 1, madeCount: 1, differences: [] }])
    expect(chargeOf(await rowsOf(store))).toBe(chargeOf(before))
  })
})

test('a lost row that was corrected since is what its reversal says, whatever changed', async () => {
  const old = await damagedLedger('log_offset = 2')
  const [lost] = before.filter(({ logOffset }) => logOffset === 2)
  if (lost === undefined) throw new Error('the file has such a row')
  const asItWas = { ...lost, chargeMicros: micros(lost.chargeMicros + 1) }
  const ledger = createClickHouseLedger(old)
  const run = ledger.newBatch({ source: 'rerate', partition: 1 }, 0, RECORDED_MS + 1, 'then')
  run.appendRow(reverseRow(asItWas))
  run.appendRow({ ...lost, entryKind: 'correction', corrects: 'files/1/2' })
  await ledger.record(run)
  await rebuilt(old, async (store, { files }) => {
    expect(files).toMatchObject([{ keptCount: CALLS - 1, madeCount: 1, differences: [] }])
    const rows = (await rowsOf(store)).filter(({ usageId }) => usageId === lost.usageId)
    expect(rows[0]).toEqual(asItWas)
    expect(rows.reduce((sum, row) => sum + row.chargeMicros, 0)).toBe(lost.chargeMicros)
  })
})
