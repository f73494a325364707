/**
 * What all seeds of one invocation share: the broker, and stores that are migrated and filled once
 * and copied for each seed. The copy always lies in the same place, because the engine's folders
 * know where they are.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startLocalKafka } from '../../scripts/kafka/start-local-kafka.ts'
import type { LocalKafka } from '../../scripts/kafka/start-local-kafka.ts'
import { readServedStores } from '../../src/core/config/served-stores.ts'
import { openClickHouse } from '../../src/ledger/engine/clickhouse-store.ts'
import type { ClickHouseStore } from '../../src/ledger/engine/clickhouse-store.ts'
import type { KafkaClient } from '../../src/stream/kafka/open-stream.ts'
import { createStreamWorld, SIMS_PER_ACCOUNT } from '../stream-world.ts'
import type { StreamWorld } from '../stream-world.ts'
import { startChaosProcess } from './process.ts'
import type { ChaosProcess } from './process.ts'

export interface Lab extends AsyncDisposable {
  readonly kafka: LocalKafka
  /** What everybody speaks with it through. */
  readonly client: KafkaClient
  readonly world: StreamWorld
  /** Everything of this invocation lies here. */
  readonly folder: string
  /** Settings of every worker. */
  readonly environment: Readonly<Record<string, string>>
  /** A store server over a fresh copy of the prepared stores. The one before must have ended. */
  startStores(logFile: string): Promise<ChaosProcess>
  openLedgerStore(): Promise<ClickHouseStore>
  readonly postgresUrl: string
}

export const ACCOUNTS = 12
/** Inserts whose tokens the ledger remembers: few, so that a stall can outlast them. */
export const TOKEN_WINDOW = 4
/** Rows of one commit are few and so are the milliseconds, so that a seed sees many commits. */
const BATCH_ROWS_MAX = '40'
const BATCH_WAIT_MS_MAX = '160'
export const SESSION_TIMEOUT_MS = 1_500
/** An account or two, so that workers forget their balances all the time. */
const BALANCE_NUMBERS_MAX = '800'
const STORES_WAIT_MS = 60_000
const ROOT = join(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'src', 'main.ts')
const STORES = join(import.meta.dirname, 'store-process.ts')
const run = promisify(execFile)

export async function openLab(client: KafkaClient): Promise<Lab> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tik-chaos-'))
  const kafka = opening.adopt(await startLocalKafka(), (one) => one.stop())
  const world = await createChaosWorld()
  const ports = { clickhouse: await freePort(), postgres: await freePort() }
  const storesFolder = join(folder, 'stores')
  const environment: Record<string, string> = {
    ...(await environmentOf(folder, kafka, world, storesFolder)),
    TIK_KAFKA_CLIENT: client,
  }
  const template = join(folder, 'stores-template')
  const launch = async (logFile: string): Promise<ChaosProcess> => {
    const parameters = [storesFolder, String(ports.clickhouse), String(ports.postgres)]
    const stores = startChaosProcess({
      name: 'stores',
      script: STORES,
      parameters,
      environment,
      logFile,
    })
    await waitForStores(`http://127.0.0.1:${ports.clickhouse}`)
    return stores
  }
  const openLedgerStore = () => {
    const { clickhouseUrl: url, clickhousePassword: password } = readServedStores(storesFolder)
    return openClickHouse({ url, username: 'default', password, database: 'tik' })
  }

  const stores = await launch(join(folder, 'prepare.log'))
  const { TIK_KAFKA_BROKERS: _, ...withoutKafka } = environment
  const options = { env: { PATH: process.env['PATH'] ?? '', ...withoutKafka } }
  for (const command of [['migrate'], ['accounts', 'import', world.accountsFile]]) {
    const parameters = [MAIN, ...command, '--dir', join(folder, 'cli')]
    await run(process.execPath, parameters, options)
  }
  await narrowTokenWindow(openLedgerStore)
  const { postgresUrl } = readServedStores(storesFolder)
  await stores.end()
  await cp(storesFolder, template, { recursive: true, verbatimSymlinks: true })

  const opened = opening.move()
  return {
    kafka,
    client,
    world,
    folder,
    environment,
    async startStores(logFile) {
      await rm(storesFolder, { recursive: true, force: true })
      await cp(template, storesFolder, { recursive: true, verbatimSymlinks: true })
      return launch(logFile)
    },
    openLedgerStore,
    postgresUrl,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Accounts with a user each, limits that many of them reach, and some that ask for a block. */
function createChaosWorld(): Promise<StreamWorld> {
  const ids = Array.from({ length: ACCOUNTS }, (_, index) => `A${index}`)
  return createStreamWorld(ACCOUNTS, {
    users: ids.map((id) => ({
      id: `user-${id}`,
      account: id,
      name: id,
      email: `${id}@example.com`,
      registrations: ['mobile-high-usage', 'sim-block'],
    })),
    limits: ids.map((id, index) => ({
      code: 'subscription-total',
      subscription: `${id}-${index % SIMS_PER_ACCOUNT}`,
      amount: '5.00',
      action: 'block',
    })),
  })
}

async function environmentOf(
  folder: string,
  kafka: LocalKafka,
  world: StreamWorld,
  storesFolder: string,
): Promise<Record<string, string>> {
  const sourcesFile = join(folder, 'sources.yaml') // JSON is YAML.
  const { sourceId, format, product, options } = world.source
  const source = { sourceId, format, product, options }
  await writeFile(sourcesFile, JSON.stringify({ sources: [source] }))
  const compileCache = join(folder, 'compile-cache')
  await mkdir(compileCache)
  return {
    NODE_COMPILE_CACHE: compileCache,
    TIK_STORES: storesFolder,
    TIK_KAFKA_BROKERS: kafka.brokers.join(','),
    TIK_KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
    TIK_CATALOGUE: join(ROOT, 'fixtures', 'catalogue'),
    TIK_SOURCES: sourcesFile,
    TIK_HTTP_PORT: '0',
    TIK_BATCH_ROWS_MAX: BATCH_ROWS_MAX,
    TIK_BATCH_WAIT_MS_MAX: BATCH_WAIT_MS_MAX,
    TIK_BALANCE_NUMBERS_MAX: BALANCE_NUMBERS_MAX,
  }
}

async function narrowTokenWindow(open: () => Promise<ClickHouseStore>): Promise<void> {
  await using store = await open()
  await store.command(
    `ALTER TABLE usage_ledger MODIFY SETTING non_replicated_deduplication_window = ${TOKEN_WINDOW}`,
  )
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
    await sleep(50)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
