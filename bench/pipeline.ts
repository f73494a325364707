/**
 * CDR file → ledger, beside the bare path: read, decode and insert the same rows without mediation
 * or rating. In pairs, because the machine's speed drifts; the medians are reported.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { systemClock } from '../src/core/time/clock.ts'
import { FILES_LOG } from '../src/core/usage/ledger-row.ts'
import { emptyUsage, type DecodedRecord, type Usage } from '../src/core/usage/usage.ts'
import { openDecoder } from '../src/ingest/reading/open-decoder.ts'
import { rateFile } from '../src/files/rate-file.ts'
import { readFileChunks } from '../src/ingest/reading/read-file.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { notRated } from '../src/pipeline.ts'
import { createRater } from '../src/rating/create-rater.ts'
import { median, report } from './report.ts'
import { SYNTHETIC_SOURCE, syntheticDirectory, writeSyntheticFile } from './synthetic-month.ts'

/** 400 records for each SIM in a million: a month of calls, messages and data as formats measure it. */
const SIZE = { accountsCount: 250, subscriptionsPerAccount: 10 }
const BATCH_ROWS = 50_000
const PAIRS = 3

export async function bench(options: readonly string[]): Promise<void> {
  const recordsCount = Number.parseInt(options[0] ?? '1000000', 10)
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-'))
  try {
    const path = join(folder, 'month.csv')
    writeSyntheticFile(path, recordsCount, SIZE)
    await measure(path, folder, recordsCount)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(path: string, folder: string, recordsCount: number): Promise<void> {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  await migrateClickHouse(store)
  const parts = {
    catalogue: await loadCatalogue('fixtures/catalogue'),
    directory: syntheticDirectory(SIZE),
    source: SYNTHETIC_SOURCE,
  }
  const rates: number[] = []
  const bareRates: number[] = []
  const ratios: number[] = []
  let partition = 0
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    await store.command('TRUNCATE TABLE usage_ledger')
    const bare = await perSecond(recordsCount, () =>
      barePath(path, createClickHouseLedger(store), (partition += 1)),
    )
    await store.command('TRUNCATE TABLE usage_ledger')
    const rate = await perSecond(recordsCount, () =>
      wholePath(path, createClickHouseLedger(store), (partition += 1), parts),
    )
    if (pair === 0) continue // Warm-up.
    rates.push(rate)
    bareRates.push(bare)
    ratios.push(rate / bare)
  }
  report('pipeline', 'pipeline_per_second', median(rates), 'CDRs/s')
  report('pipeline', 'bare_path_per_second', median(bareRates), 'CDRs/s')
  report('pipeline', 'pipeline_ratio', median(ratios), 'of the bare path')
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return (count / (performance.now() - startedMs)) * 1000
}

async function wholePath(
  path: string,
  ledger: Ledger,
  number: number,
  parts: Parameters<typeof createMediator>[0],
): Promise<void> {
  const result = await rateFile(
    { number, name: 'month.csv', path },
    {
      pipeline: {
        ledger,
        rater: createRater(parts),
        duplicates: createDuplicateWindow(ledger),
        catalogueHash: parts.catalogue.hash.slice(0, 16),
      },
      mediator: createMediator(parts),
      decoder: openDecoder(parts.source, { contentHash: 'bench', name: '', registeredMs: 0 }),
      clock: systemClock,
      batchRowsMax: BATCH_ROWS,
      recordedCount: 0,
    },
  )
  if (result.tally.rated < result.records * 0.9) {
    throw new Error(
      `only ${result.tally.rated} of ${result.records} rated: ${JSON.stringify([...result.tally.byReason])}`,
    )
  }
}

/** The same reading, decoding and writing of the same columns; nobody looks at what they mean. */
async function barePath(path: string, ledger: Ledger, partition: number): Promise<void> {
  const decoder = openDecoder(SYNTHETIC_SOURCE, { contentHash: 'bench', name: '', registeredMs: 0 })
  const log = { source: FILES_LOG, partition }
  const rated = notRated('rated', '')
  let records: Usage[] = []
  let firstOffset = 0
  let settled = Promise.resolve()
  const take = (record: DecodedRecord) => {
    if (record.status === 'cdr') records.push(copied(record, firstOffset + records.length))
  }
  const flush = async (least: number) => {
    while (records.length >= least && records.length > 0) {
      const piece = records.slice(0, BATCH_ROWS)
      records = records.slice(piece.length)
      const batch = ledger.newBatch(log, firstOffset, systemClock.nowMs(), '')
      for (const usage of piece) batch.append(usage, rated)
      firstOffset += piece.length
      await settled
      settled = ledger.record(batch)
    }
  }
  for await (const chunk of readFileChunks(path)) {
    decoder.push(chunk, take)
    await flush(BATCH_ROWS)
  }
  decoder.end(take)
  await flush(1)
  await settled
}

function copied(record: DecodedRecord & { status: 'cdr' }, offset: number): Usage {
  const usage = emptyUsage()
  usage.usageId = record.recordKey
  usage.origin = 'month.csv'
  usage.originRecord = offset
  usage.partnerId = 'P1'
  usage.accountId = 'A000001'
  usage.subscriptionId = record.servedNumber
  usage.subscriptionIndex = 0
  usage.product = 'mobile'
  usage.kind = record.kind
  usage.direction = record.direction
  usage.callType = 'national-data'
  usage.callTypeIndex = 0
  usage.sender = record.sender
  usage.receiver = record.receiver
  usage.servedNumber = record.servedNumber
  usage.visitedNetwork = record.visitedNetwork
  usage.startMs = record.startMs
  usage.durationSeconds = record.durationSeconds
  usage.volumeBytes = record.volumeUpBytes + record.volumeDownBytes
  usage.quantity = record.count
  usage.sessionKey = record.sessionKey
  usage.partNumber = record.partNumber
  return usage
}
