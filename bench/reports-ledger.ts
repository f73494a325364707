/**
 * A ledger of years, invented inside the engine, for bench/reports.ts: 24 months, 20,000 accounts, one of
 * them with 4 % of the rows, corrections and adjustments. The same number of rows gives the same ledger.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'

export const MONTHS = 24
export const ACCOUNTS = 20_000
/** The last month that has usage; the first is two years before it. */
export const LAST_PERIOD = '2026-11'
export const LARGEST_ACCOUNT = 'A00000'
/** One whose rows are as many as the average. */
export const TYPICAL_ACCOUNT = 'A06123'

const READY = 'ready'

/** Makes the ledger in `folder` unless it is there whole; one that was cut off is made again. */
export async function makeReportsLedger(folder: string, rowsCount: number): Promise<void> {
  const mark = join(folder, READY)
  if (existsSync(mark) && readFileSync(mark, 'utf8') === String(rowsCount)) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  await migrateClickHouse(store)
  const rows = Math.floor(rowsCount / MONTHS)
  for (let month = 0; month < MONTHS; month += 1) {
    const started = performance.now()
    await store.command(sqlOf('reports-ledger'), { month, rows, accounts: ACCOUNTS })
    await store.command(sqlOf('reports-corrections'), { month })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.error(`month ${month + 1} of ${MONTHS}: ${rows} rows in ${seconds} s`)
  }
  writeFileSync(mark, String(rowsCount))
}

function sqlOf(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}
