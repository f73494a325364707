/**
 * Rows per second into the embedded ledger, bytes a row on disk, and how long recovery takes.
 * `npm run bench -- ledger [ROWS]`: three million rows by default; 10000000 for the large figures.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse, type ClickHouseStore } from '../src/ledger/engine/clickhouse-store.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { ledgerHoles } from '../src/ledger/holes/ledger-holes.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { exactInteger, queryText } from '../src/ledger/engine/query-file.ts'
import type { BalanceRequest } from '../src/rating/rater.ts'
import { usageDetails } from '../src/reports/usage-details.ts'
import { usageTotals } from '../src/reports/usage-totals.ts'
import { inventedRows, PERIOD_START_DAY, PERIOD_START_MS } from './ledger-rows.ts'
import { median, report } from './report.ts'

const BATCH_ROWS = 50_000
const RUN_ROWS = 1_000_000
const RECORDED_MS = PERIOD_START_MS + 32 * 86_400_000
const DAY_MS = 86_400_000

export async function bench(options: readonly string[]): Promise<void> {
  const rowsCount = Number.parseInt(options[0] ?? String(RUN_ROWS * 3), 10)
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-'))
  try {
    await using store = await openClickHouse({ folder })
    await migrateClickHouse(store)
    const ledger = createClickHouseLedger(store)
    await insertRun(ledger, { partition: 0, rows: 200_000 }) // Warm-up.
    const rates: number[] = []
    for (let run = 1; run * RUN_ROWS <= rowsCount; run += 1) {
      const seconds = await insertRun(ledger, { partition: run, rows: RUN_ROWS })
      rates.push(RUN_ROWS / seconds)
      if (run === 1) await recovery(store, ledger, '1m')
    }
    report('ledger', 'rows_per_second', median(rates), 'rows/s')
    report('ledger', 'bytes_per_row', await bytesPerRow(store), 'B')
    const size = `${Math.floor(rowsCount / RUN_ROWS)}m`
    if (size !== '1m') await recovery(store, ledger, size)
    await reports(store, size)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Encodes a batch while the one before it is being inserted. */
async function insertRun(
  ledger: Ledger,
  run: { partition: number; rows: number },
): Promise<number> {
  const log = { source: 'files', partition: run.partition }
  const invented = inventedRows(run.rows)
  const cpuBefore = process.cpuUsage()
  let encodingMs = 0
  let settled = Promise.resolve()
  const started = performance.now()
  for (let first = 0; first < run.rows; first += BATCH_ROWS) {
    const batch = ledger.newBatch(log, first, RECORDED_MS, '0123456789abcdef')
    const encodingStarted = performance.now()
    for (let offset = first; offset < first + BATCH_ROWS; offset += 1) {
      const { usage, rated } = invented.place(run.partition, offset)
      batch.append(usage, rated)
    }
    encodingMs += performance.now() - encodingStarted
    await settled
    settled = ledger.record(batch)
  }
  await settled
  const seconds = (performance.now() - started) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  report('ledger', 'encode_microseconds_per_row', (encodingMs * 1000) / run.rows, 'us')
  report('ledger', 'cpu_microseconds_per_row', (cpu.user + cpu.system) / run.rows, 'us')
  return seconds
}

async function bytesPerRow(store: ClickHouseStore): Promise<number> {
  const parts = queryText()(
    'bytes-per-row',
    "SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rowsCount FROM system.parts WHERE table = 'usage_ledger' AND active",
    z.object({ bytes: exactInteger, rowsCount: exactInteger }),
  )
  const [sums] = await store.query(parts, {})
  return sums === undefined ? NaN : sums.bytes / sums.rowsCount
}

/** What a worker asks after a restart. */
async function recovery(store: ClickHouseStore, ledger: Ledger, size: string): Promise<void> {
  await timed(`last_offsets_${size}`, () => ledger.lastOffsets('files'))
  await timed(`holes_${size}`, () => ledgerHoles(store, []))
  await timed(`balances_1_account_${size}`, () => ledger.balances(requests(1)))
  await timed(`balances_2000_accounts_${size}`, () => ledger.balances(requests(2000)))
  const day = { from: PERIOD_START_MS + 14 * DAY_MS, to: PERIOD_START_MS + 15 * DAY_MS }
  await timed(`usage_ids_of_a_day_${size}`, async () => {
    for await (const rows of ledger.usageIdsBetween(day)) void rows
  })
  const ids = Array.from({ length: 1000 }, (_, index) => `mno:1-202610-${index * 997}`)
  await timed(`find_1000_usage_ids_${size}`, () =>
    ledger.findUsageIds(ids, { from: PERIOD_START_MS, to: PERIOD_START_MS + 31 * DAY_MS }),
  )
}

/** What a person waits for. */
async function reports(store: ClickHouseStore, size: string): Promise<void> {
  const period = { kind: 'periods', label: '2026-10' } as const
  const days = { fromDay: PERIOD_START_DAY, toDay: PERIOD_START_DAY + 30 }
  const all = { scope: { kind: 'operator' }, period: { ...period, ...days } } as const
  const account = { ...all, accountId: 'A00001' }
  const page = { limit: 100, timeZone: 'Europe/Amsterdam' }
  await timed(`totals_by_call_type_${size}`, () => usageTotals(store, 'call-type', all))
  await timed(`totals_by_number_${size}`, () => usageTotals(store, 'number', all))
  await timed(`totals_of_an_account_${size}`, () => usageTotals(store, 'call-type', account))
  await timed(`details_of_an_account_${size}`, () => usageDetails(store, account, page))
  await timed(`details_containing_${size}`, () =>
    usageDetails(store, { ...all, receiverContains: '4711' }, page),
  )
}

async function timed(figure: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  for (let run = 0; run < 3; run += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  report('ledger', figure, median(times), 'ms')
}

function requests(count: number): BalanceRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    accountId: `A${String(index).padStart(5, '0')}`,
    fromPeriodStartDay: PERIOD_START_DAY,
    toPeriodStartDay: PERIOD_START_DAY,
  }))
}
