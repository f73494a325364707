/**
 * A worker is killed: how long until its successor has rated and recorded a batch, with a ledger of
 * ten million rows in the open period. The successor is a new process that opens the same ledger.
 * `npm run bench -- recovery [ROWS]`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { openClickHouse } from '../src/ledger/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/migrate-clickhouse.ts'
import { rateSyntheticFile } from './recovery-worker.ts'
import { median, report } from './report.ts'
import { writeSyntheticFile } from './synthetic-month.ts'

const RECORDS_PER_ACCOUNT = 4_000
const SUBSCRIPTIONS_PER_ACCOUNT = 10
const FIRST_BATCH_ROWS = 50_000
const RESTARTS = 3

export async function bench(options: readonly string[]): Promise<void> {
  const rowsCount = Number.parseInt(options[0] ?? '10000000', 10)
  const size = {
    accountsCount: Math.ceil(rowsCount / RECORDS_PER_ACCOUNT),
    subscriptionsPerAccount: SUBSCRIPTIONS_PER_ACCOUNT,
  }
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-'))
  const ledgerFolder = join(folder, 'ledger')
  try {
    const month = join(folder, 'month.csv')
    writeSyntheticFile(month, rowsCount, size)
    {
      await using store = await openClickHouse({ folder: ledgerFolder })
      await migrateClickHouse(store)
      await rateSyntheticFile(store, { path: month, number: 1, size })
    }
    const recovered = Array.from({ length: RESTARTS }, (_, restart) => {
      const path = join(folder, `next-${restart}.csv`)
      writeSyntheticFile(path, FIRST_BATCH_ROWS, size, rowsCount + restart * FIRST_BATCH_ROWS)
      return startSuccessor({ ledgerFolder, path, number: 2 + restart, size })
    })
    report('recovery', 'ledger_rows', rowsCount, 'rows')
    report('recovery', 'until_it_rates_again', median(recovered.map(({ ms }) => ms)), 'ms')
    const megabytes = median(recovered.map((each) => each.megabytes))
    report('recovery', 'memory_of_the_process', megabytes, 'MB')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const answer = z.object({ ms: z.number(), megabytes: z.number() })

function startSuccessor(task: object): z.infer<typeof answer> {
  const script = join(import.meta.dirname, 'recovery-worker.ts')
  const printed = execFileSync(process.execPath, [script, JSON.stringify(task)], {
    encoding: 'utf8',
  })
  return answer.parse(JSON.parse(printed))
}
