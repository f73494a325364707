/**
 * Reports and exports on a ledger of two years: `npm run bench -- reports [ROWS [FOLDER]]`, 50 million rows by
 * default. In FOLDER the ledger stays and is used again; else it is made in a temporary one and deleted.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { openClickHouse, type ClickHouseStore } from '../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { exactInteger, queryText } from '../src/ledger/engine/query-file.ts'
import { EXPORT_FORMATS } from '../src/reports/export-format.ts'
import { parsePeriod } from '../src/reports/period-filter.ts'
import { usageDetails } from '../src/reports/usage-details.ts'
import type { UsageFilter } from '../src/reports/usage-filter.ts'
import { usageHistory } from '../src/reports/usage-history.ts'
import { TOTALS_BY, usageTotals } from '../src/reports/usage-totals.ts'
import { insertCosts } from './reports-insert-cost.ts'
import {
  LAST_PERIOD,
  LARGEST_ACCOUNT,
  makeReportsLedger,
  TYPICAL_ACCOUNT,
} from './reports-ledger.ts'
import { report } from './report.ts'

const ROWS = 50_000_000
const RUNS = 20
const TIME_ZONE = 'Europe/Amsterdam'
const PAGE = { limit: 100, timeZone: TIME_ZONE }
/** In the last month that has usage. */
const NOW_MS = Date.parse(`${LAST_PERIOD}-28T12:00:00Z`)

export async function bench(options: readonly string[]): Promise<void> {
  const rowsCount = Number.parseInt(options[0] ?? String(ROWS), 10)
  const folder = options[1] ?? mkdtempSync(join(tmpdir(), 'tik-reports-'))
  try {
    await makeReportsLedger(folder, rowsCount)
    await reportTimes(folder)
    exports(folder)
    await insertCosts()
  } finally {
    if (options[1] === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

async function reportTimes(folder: string): Promise<void> {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  await migrateClickHouse(store)
  await settled(store)
  await size(store)
  const typical = await slowestOf('typical', accountReports(store, TYPICAL_ACCOUNT))
  report('reports', 'account_report_p95_ms', typical, 'ms')
  const largest = await slowestOf('largest', accountReports(store, LARGEST_ACCOUNT))
  report('reports', 'largest_account_report_p95_ms', largest, 'ms')
  const month = filterOf('2026-10')
  const months = {
    total: () => usageTotals(store, 'total', month),
    by_call_type: () => usageTotals(store, 'call-type', month),
    by_call_type_of_a_partner: () => usageTotals(store, 'call-type', { ...month, partnerId: 'P7' }),
  }
  report('reports', 'month_totals_p95_ms', await slowestOf('month', months), 'ms')
  const page = { newest: () => usageDetails(store, filterOf('current'), PAGE) }
  report('reports', 'details_page_p95_ms', await slowestOf('details_page', page), 'ms')
  await slowestOf('all_accounts', {
    month_by_number: () => usageTotals(store, 'number', month),
    dates_by_call_type: () => usageTotals(store, 'call-type', filterOf('2026-10-05..2026-10-11')),
    contains: () => usageDetails(store, { ...month, receiverContains: '471100' }, PAGE),
    whole_number_of_two_years: () =>
      usageDetails(
        store,
        { ...filterOf('2024-12..2026-11'), receiverContains: '=+31612345678' },
        PAGE,
      ),
  })
}

/** What the people of one account look at. */
function accountReports(store: ClickHouseStore, accountId: string): Works {
  const of = (period: string): UsageFilter => ({ ...filterOf(period), accountId })
  const month = of('2026-10')
  const totals = TOTALS_BY.map(
    (by) => [`month_by_${by.replaceAll('-', '_')}`, () => usageTotals(store, by, month)] as const,
  )
  return {
    ...Object.fromEntries(totals),
    dates_by_call_type: () => usageTotals(store, 'call-type', of('2026-10-05..2026-10-11')),
    newest_details: () => usageDetails(store, of('current'), PAGE),
    contains: () => usageDetails(store, { ...month, receiverContains: '4711' }, PAGE),
    six_months: () => usageHistory(store, 'kind', of('last-6')),
    six_months_by_subscription: () => usageHistory(store, 'subscription', of('last-6')),
  }
}

function filterOf(period: string): UsageFilter {
  return {
    scope: { kind: 'operator' },
    period: parsePeriod(period, { timeZone: TIME_ZONE, nowMs: NOW_MS }),
  }
}

type Works = Readonly<Record<string, () => Promise<unknown>>>

/** Reports the middle and the slow end of each; returns the slow end of the slowest. */
async function slowestOf(group: string, works: Works): Promise<number> {
  let slowest = 0
  for (const [name, work] of Object.entries(works)) {
    const times: number[] = []
    for (let run = 0; run <= RUNS; run += 1) {
      const started = performance.now()
      await work()
      if (run > 0) times.push(performance.now() - started) // The first one warms up.
    }
    times.sort((left, right) => left - right)
    const at = (share: number) => times[Math.ceil(share * RUNS) - 1] ?? Number.NaN
    report('reports', `${group}_${name}_p50_ms`, at(0.5), 'ms')
    report('reports', `${group}_${name}_p95_ms`, at(0.95), 'ms')
    slowest = Math.max(slowest, at(0.95))
  }
  return slowest
}

/** Half a year of all accounts in each form; the figure of memory is the largest. */
function exports(folder: string): void {
  let peakMb = 0
  for (const format of EXPORT_FORMATS) {
    const worker = join(import.meta.dirname, 'reports-export-worker.ts')
    const words = [worker, folder, format, 'last-6', `${LAST_PERIOD}-28T12:00:00Z`]
    const measured = exported.parse(
      JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })),
    )
    report(
      'reports',
      `export_${format}_rows_per_second`,
      measured.rows / measured.seconds,
      'rows/s',
    )
    report('reports', `export_${format}_cpu_us_per_row`, measured.cpuMicroseconds, 'us')
    report('reports', `export_${format}_peak_mb`, measured.peakMb, 'MB')
    peakMb = Math.max(peakMb, measured.peakMb)
  }
  report('reports', 'export_peak_mb', peakMb, 'MB')
}

const exported = z.object({
  rows: z.int(),
  seconds: z.number(),
  peakMb: z.number(),
  cpuMicroseconds: z.number(),
})

/** Until nothing is left of what migrations do in the background. */
async function settled(store: ClickHouseStore): Promise<void> {
  const left = queryText()(
    'mutations-left',
    'SELECT count() AS leftCount FROM system.mutations WHERE NOT is_done',
    z.object({ leftCount: exactInteger }),
  )
  while ((await store.query(left, {}))[0]?.leftCount !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function size(store: ClickHouseStore): Promise<void> {
  const parts = queryText()(
    'parts',
    `SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rowsCount, count() AS partsCount
     FROM system.parts WHERE table = 'usage_ledger' AND active`,
    z.object({ bytes: exactInteger, rowsCount: exactInteger, partsCount: exactInteger }),
  )
  const [sums] = await store.query(parts, {})
  if (sums === undefined) throw new Error('the ledger has parts')
  report('reports', 'rows', sums.rowsCount, 'rows')
  report('reports', 'parts', sums.partsCount, 'parts')
  report('reports', 'bytes_per_row', sums.bytes / sums.rowsCount, 'B')
}
