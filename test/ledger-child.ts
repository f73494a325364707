/**
 * Inserts batches into a folder's ledger until it is killed: the child process of the kill test.
 * `node test/ledger-child.ts FOLDER` goes on where the ledger stands and prints a line for each commit.
 */
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { ratedOf, usageOf } from './doubles/ledger.conformance.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'

const LOG = { source: 'files', partition: 1 }
const BATCH_ROWS = 500

const [folder = ''] = process.argv.slice(2)
await using store = await openClickHouse({ folder })
await migrateClickHouse(store)
const ledger = createClickHouseLedger(store)
let offset = ((await ledger.lastOffsets(LOG.source)).get(LOG.partition) ?? -1) + 1
for (;;) {
  const batch = ledger.newBatch(LOG, offset, 1_793_000_000_000, 'hash')
  for (let index = 0; index < BATCH_ROWS; index += 1) {
    batch.append(usageOf({ usageId: `u${offset + index}` }), ratedOf())
  }
  await ledger.record(batch)
  offset += BATCH_ROWS
  process.stdout.write(`${offset}\n`)
}
