/**
 * Rates one file of the synthetic month into a ledger. As a process of its own it is the successor of
 * bench/recovery.ts: it prints how long its first batch took, from its start to the last row.
 */
import { z } from 'zod'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { systemClock } from '../src/core/time/clock.ts'
import { openDecoder } from '../src/ingest/reading/open-decoder.ts'
import { rateFile } from '../src/files/rate-file.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../src/ledger/engine/clickhouse-store.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { createRater } from '../src/rating/create-rater.ts'
import { SYNTHETIC_SOURCE, syntheticDirectory } from './synthetic-month.ts'

const BATCH_ROWS = 50_000
const SUCCESSOR = import.meta.filename

const fileTask = z.object({
  ledgerFolder: z.string(),
  path: z.string(),
  number: z.int(),
  size: z.object({ accountsCount: z.int(), subscriptionsPerAccount: z.int() }),
})
type FileTask = z.infer<typeof fileTask>

export async function rateSyntheticFile(
  store: ClickHouseStore,
  { path, number, size }: Omit<FileTask, 'ledgerFolder'>,
): Promise<void> {
  const catalogue = await loadCatalogue('fixtures/catalogue')
  const parts = { catalogue, directory: syntheticDirectory(size), source: SYNTHETIC_SOURCE }
  const ledger = createClickHouseLedger(store)
  const { tally, records } = await rateFile(
    { number, name: path, path },
    {
      pipeline: {
        ledger,
        rater: createRater(parts),
        duplicates: createDuplicateWindow(ledger),
        catalogueHash: catalogue.hash.slice(0, 16),
      },
      mediator: createMediator(parts),
      decoder: openDecoder(parts.source, { contentHash: 'bench', name: '', registeredMs: 0 }),
      clock: systemClock,
      batchRowsMax: BATCH_ROWS,
      recordedCount: 0,
    },
  )
  if (tally.rated < records * 0.9) throw new Error(`only ${tally.rated} of ${records} were rated`)
}

async function succeed(task: FileTask): Promise<void> {
  await using store = await openClickHouse({ folder: task.ledgerFolder })
  await rateSyntheticFile(store, task)
  const megabytes = process.resourceUsage().maxRSS / 1024
  // The clock of `performance` begins with the process.
  process.stdout.write(JSON.stringify({ ms: performance.now(), megabytes }))
}

if (process.argv[1] === SUCCESSOR) await succeed(fileTask.parse(JSON.parse(process.argv[2] ?? '')))
