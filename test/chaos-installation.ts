/** A whole installation on this machine: a real broker, the store server and the workers. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startLocalKafka } from '../scripts/kafka/start-local-kafka.ts'
import type { LocalKafka } from '../scripts/kafka/start-local-kafka.ts'
import { createLog } from '../src/core/log.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/clickhouse-store.ts'
import type { ClickHouseStore } from '../src/ledger/clickhouse-store.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { openKafkajsStream } from '../src/stream/kafkajs-stream.ts'
import type { Stream } from '../src/stream/stream.ts'
import { startChaosProcess } from './chaos-process.ts'
import type { ChaosProcess } from './chaos-process.ts'
import { createStreamWorld } from './stream-world.ts'
import type { StreamWorld } from './stream-world.ts'

export interface Installation extends AsyncDisposable {
  readonly kafka: LocalKafka
  readonly stores: ChaosProcess
  readonly mediation: readonly ChaosProcess[]
  readonly rating: readonly ChaosProcess[]
  readonly stream: Stream
  readonly clickhouse: ClickHouseStore
  readonly ledger: Ledger
  readonly world: StreamWorld
  readonly folder: string
}

export interface InstallationOptions {
  readonly mediationCount: number
  readonly ratingCount: number
  readonly accounts: number
  /** Workers without a fence, which must be caught. */
  readonly unfenced: boolean
}

const ROOT = join(import.meta.dirname, '..')
const MAIN = join(ROOT, 'src', 'main.ts')
const UNFENCED = join(import.meta.dirname, 'chaos-unfenced-worker.ts')
const PARTITIONS = 4
const STORES_WAIT_MS = 60_000
const run = promisify(execFile)

export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tik-chaos-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const kafka = opening.adopt(await startLocalKafka(), (one) => one.stop())
  const world = await createStreamWorld(options.accounts)
  const [clickhousePort, postgresPort] = [await freePort(), await freePort()]
  const environment = await environmentOf({ kafka, folder, world, clickhousePort, postgresPort })
  const start = (name: string, script: string, parameters: readonly string[]): ChaosProcess => {
    const logFile = join(folder, `${name}.log`)
    return opening.adopt(
      startChaosProcess({ name, script, parameters, environment, logFile }),
      (one) => one.stop(),
    )
  }

  const ports = [
    '--clickhouse-port',
    String(clickhousePort),
    '--postgres-port',
    String(postgresPort),
  ]
  const stores = start('stores', MAIN, ['store-server', '--dir', join(folder, 'stores'), ...ports])
  const url = environment['TIK_CLICKHOUSE_URL'] ?? ''
  await waitForStores(url)
  const stream = openKafkajsStream({
    brokers: kafka.brokers,
    clientId: 'tik-chaos',
    log: createLog('error', () => undefined),
  })
  await createTopics(stream)
  const tik = (...parameters: string[]) =>
    run(process.execPath, [MAIN, ...parameters, '--dir', join(folder, 'cli')], { env: environment })
  await tik('migrate')
  await tik('accounts', 'import', world.accountsFile)

  const rating = Array.from({ length: options.ratingCount }, (_, index) => {
    const data = join(folder, `rating-${index}`)
    return options.unfenced
      ? start(`rating-${index}`, UNFENCED, [data])
      : start(`rating-${index}`, MAIN, ['run', '--stage', 'rating', '--dir', data])
  })
  const mediation = Array.from({ length: options.mediationCount }, (_, index) => {
    const data = join(folder, `mediation-${index}`)
    return start(`mediation-${index}`, MAIN, ['run', '--stage', 'mediation', '--dir', data])
  })
  const clickhouse = opening.use(
    await openClickHouse({ url, username: 'default', password: '', database: 'tik' }),
  )
  const opened = opening.move()
  return {
    kafka,
    stores,
    mediation,
    rating,
    stream,
    clickhouse,
    ledger: createClickHouseLedger(clickhouse),
    world,
    folder,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function environmentOf(parts: {
  kafka: LocalKafka
  folder: string
  world: StreamWorld
  clickhousePort: number
  postgresPort: number
}): Promise<Record<string, string>> {
  const { kafka, folder, world, clickhousePort, postgresPort } = parts
  const sourcesFile = join(folder, 'sources.yaml') // JSON is YAML.
  const { sourceId, format, product, options } = world.source
  await writeFile(
    sourcesFile,
    JSON.stringify({ sources: [{ sourceId, format, product, options }] }),
  )
  return {
    TIK_CLICKHOUSE_URL: `http://127.0.0.1:${clickhousePort}`,
    TIK_POSTGRES_URL: `postgres://postgres@127.0.0.1:${postgresPort}/postgres?sslmode=disable`,
    TIK_KAFKA_BROKERS: kafka.brokers.join(','),
    TIK_KAFKA_SESSION_TIMEOUT_MS: '2000',
    TIK_CATALOGUE: join(ROOT, 'fixtures', 'catalogue'),
    TIK_SOURCES: sourcesFile,
    TIK_HTTP_PORT: '0',
    TIK_BATCH_ROWS_MAX: '40',
    TIK_BATCH_WAIT_MS_MAX: '50',
  }
}

async function createTopics(stream: Stream): Promise<void> {
  const admin = await stream.admin()
  const plan = { partitions: PARTITIONS, replicas: 1, settings: {} }
  await admin.createTopics([
    { topic: 'cdr-mobile', ...plan },
    { topic: 'usage', ...plan },
  ])
  await admin.close()
}

async function waitForStores(url: string): Promise<void> {
  const deadlineMs = performance.now() + STORES_WAIT_MS
  for (;;) {
    const isUp = await fetch(`${url}/ping`).then(
      (response) => response.ok,
      () => false,
    )
    if (isUp) return
    if (performance.now() > deadlineMs) throw new Error('the store server did not start')
    await sleep(100)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
