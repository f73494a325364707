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
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { FIRST_BATCH_ROWS } from '../src/stream/rating/batch-limits.ts'
import { rateSyntheticFile } from './recovery-worker.ts'
import { median, report } from './report.ts'
import { writeSyntheticFile } from './synthetic-month.ts'

const RECORDS_PER_ACCOUNT = 4_000
const SUBSCRIPTIONS_PER_ACCOUNT = 10
/** What meets the balances of nearly all accounts at once. */
const LARGE_BATCH_ROWS = 50_000
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
    let number = 1
    const restart = (batchRows: number): Recovered => {
      number += 1
      const path = join(folder, `next-${number}.csv`)
      writeSyntheticFile(path, batchRows, size, rowsCount + number * LARGE_BATCH_ROWS)
      return startSuccessor({ ledgerFolder, path, number, size })
    }
    report('recovery', 'ledger_rows', rowsCount, 'rows')
    const first = Array.from({ length: RESTARTS }, () => restart(FIRST_BATCH_ROWS))
    report('recovery', 'until_it_rates_again', median(first.map(({ ms }) => ms)), 'ms')
    const large = Array.from({ length: RESTARTS }, () => restart(LARGE_BATCH_ROWS))
    report('recovery', 'until_a_batch_of_50000', median(large.map(({ ms }) => ms)), 'ms')
    const megabytes = median(large.map((each) => each.megabytes))
    report('recovery', 'memory_of_the_process', megabytes, 'MB')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const answer = z.object({ ms: z.number(), megabytes: z.number() })

type Recovered = z.infer<typeof answer>

function startSuccessor(task: object): Recovered {
  const script = join(import.meta.dirname, 'recovery-worker.ts')
  const printed = execFileSync(process.execPath, [script, JSON.stringify(task)], {
    encoding: 'utf8',
  })
  return answer.parse(JSON.parse(printed))
}
