/**
 * Rating from a full `usage` topic against the number of partitions and of processes, as far as this
 * machine's cores show it: the workers share one store server, and the broker runs beside them.
 * `npm run bench -- kafka-scale [RECORDS]`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStoreServer, type StoreServer } from '../src/store-server/store-server.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { fillUsage, rowsWithin } from './kafka.ts'
import { newTopic, openBrokerBench, type BrokerBench } from './kafka-run.ts'
import { report } from './report.ts'

const PARTITIONS = [1, 4, 16]
const PROCESSES = [1, 2, 3]
const PARTITIONS_FOR_PROCESSES = 12

export async function bench(options: readonly string[]): Promise<void> {
  const recordsCount = Number.parseInt(options[0] ?? '400000', 10)
  await using running = await openBrokerBench(recordsCount)
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-scale-'))
  try {
    await using server = await startStoreServer({ dataFolder: folder })
    for (const partitions of PARTITIONS) {
      const rate = await perSecond(running, server, { partitions, processes: 1 })
      report('kafka-scale', `one_process_${partitions}_partitions`, rate, 'usages/s')
    }
    for (const processes of PROCESSES) {
      const sizes = { partitions: PARTITIONS_FOR_PROCESSES, processes }
      const rate = await perSecond(running, server, sizes)
      report('kafka-scale', `${processes}_processes_12_partitions`, rate, 'usages/s')
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** From the first row to the last. */
async function perSecond(
  running: BrokerBench,
  { clickhouseUrl, secret }: StoreServer,
  { partitions, processes }: { partitions: number; processes: number },
): Promise<number> {
  await using store = await openClickHouse({
    url: clickhouseUrl,
    username: 'default',
    password: secret,
    database: 'default',
  })
  await migrateClickHouse(store)
  await store.command('TRUNCATE TABLE usage_ledger')
  const ledger = createClickHouseLedger(store)
  const topic = await newTopic(running.stream, `scale-${partitions}-${processes}`, partitions)
  await fillUsage(running, topic)
  const { brokers, accountsCount } = running
  const group = topic
  const given = JSON.stringify({ brokers, accountsCount, clickhouseUrl, secret, topic, group })
  const workers = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, 'kafka-rating.ts'), [given]),
  )
  const ended = workers.map((worker) => once(worker, 'exit'))
  const first = await rowsWithin(ledger, topic, 1)
  const startedMs = performance.now()
  const last = await rowsWithin(ledger, topic, running.lines.length)
  const seconds = (performance.now() - startedMs) / 1_000
  for (const worker of workers) worker.send('stop')
  await Promise.all(ended)
  return (last - first) / seconds
}
