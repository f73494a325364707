/** What an insert costs with the projections and indices of reports, and with those of before, in turn. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { inventedRows, PERIOD_START_MS } from './ledger-rows.ts'
import { median, report } from './report.ts'

const BATCH_ROWS = 50_000
const BATCHES = 10
const ROUNDS = 3
const RECORDED_MS = PERIOD_START_MS + 32 * 86_400_000

/** As the migrations up to 0330 had it. */
const AS_BEFORE = [
  `ALTER TABLE usage_ledger DROP PROJECTION by_period, DROP INDEX periods, DROP INDEX starts,
   DROP INDEX senders, DROP INDEX receivers`,
  `ALTER TABLE usage_ledger ADD PROJECTION by_account (SELECT account_id, period_start, outcome, partner_id,
   subscription_id, product, call_type, rate_id, sum(charge), sum(information_charge), sum(quantity),
   sum(out_of_bundle_quantity), sum(duration_seconds), sum(volume_bytes), sum(entries)
   GROUP BY account_id, period_start, outcome, partner_id, subscription_id, product, call_type, rate_id)`,
]

export async function insertCosts(): Promise<void> {
  const costs = { before: [] as number[], after: [] as number[] }
  for (let round = 0; round < ROUNDS; round += 1) {
    costs.before.push(await microsecondsPerRow(AS_BEFORE))
    costs.after.push(await microsecondsPerRow([]))
  }
  report('reports', 'insert_cpu_us_per_row_before', median(costs.before), 'us')
  report('reports', 'insert_cpu_us_per_row', median(costs.after), 'us')
}

async function microsecondsPerRow(changes: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-insert-'))
  try {
    await using store = await openClickHouse({ folder })
    await migrateClickHouse(store)
    for (const change of changes) await store.command(`${change} SETTINGS mutations_sync = 1`)
    await insertBatches(store, 1, 2) // Warm-up.
    const before = process.cpuUsage()
    await insertBatches(store, 2, BATCHES)
    const cpu = process.cpuUsage(before)
    return (cpu.user + cpu.system) / (BATCHES * BATCH_ROWS)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function insertBatches(
  store: ClickHouseStore,
  partition: number,
  batches: number,
): Promise<void> {
  const ledger = createClickHouseLedger(store)
  const invented = inventedRows(BATCHES * BATCH_ROWS)
  for (let first = 0; first < batches * BATCH_ROWS; first += BATCH_ROWS) {
    const batch = ledger.newBatch({ source: 'files', partition }, first, RECORDED_MS, '0123')
    for (let offset = first; offset < first + BATCH_ROWS; offset += 1) {
      const { usage, rated } = invented.place(partition, offset)
      batch.append(usage, rated)
    }
    await ledger.record(batch)
  }
}
