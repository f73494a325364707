/** A broker, a ledger and the stages for bench/kafka.ts. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startLocalKafka } from '../scripts/kafka/start-local-kafka.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { systemClock } from '../src/core/time/clock.ts'
import { createHealth } from '../src/core/watch/health.ts'
import { createLog } from '../src/core/watch/log.ts'
import type { SourceConfig } from '../src/ingest/format.ts'
import { formatAdapter } from '../src/ingest/formats/format-registry.ts'
import { createClickHouseLedger } from '../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import type { ClickHouseStore } from '../src/ledger/engine/clickhouse-store.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { BATCH_LIMITS } from '../src/stream/rating/batch-limits.ts'
import { createRenewableWindow } from '../src/stream/rating/duplicates-of-worker.ts'
import { KAFKA_CLIENTS, openKafkaStream } from '../src/stream/kafka/open-stream.ts'
import type { KafkaClient } from '../src/stream/kafka/open-stream.ts'
import { createMessageMediator } from '../src/stream/mediation/mediate-message.ts'
import type { MessageMediator } from '../src/stream/mediation/mediate-message.ts'
import type { RatingReference } from '../src/stream/rating/rating-partition.ts'
import { createRatingReference } from '../src/stream/rating/rating-reference.ts'
import { runRating } from '../src/stream/rating/run-rating.ts'
import type { Stream } from '../src/stream/stream.ts'
import { SYNTHETIC_SOURCE, syntheticDirectory, writeSyntheticFile } from './synthetic-month.ts'

/** 400 records for each SIM, as in the bench of the pipeline: a month as formats measure it. */
const RECORDS_PER_ACCOUNT = 4_000
const SUBSCRIPTIONS_PER_ACCOUNT = 10
const PARTITIONS = 4
/** The first one is the default of TIK_KAFKA_CLIENT. */
const [DEFAULT_CLIENT] = KAFKA_CLIENTS

/** A broker, and a month to send to it. */
export interface BrokerBench extends AsyncDisposable {
  readonly brokers: readonly string[]
  readonly client: KafkaClient
  readonly accountsCount: number
  readonly stream: Stream
  readonly mediator: MessageMediator
  /** CDR lines, in order of time. */
  readonly lines: readonly string[]
}

export async function openBrokerBench(
  recordsCount: number,
  client: KafkaClient = DEFAULT_CLIENT,
): Promise<BrokerBench> {
  await using opening = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-kafka-'))
  opening.defer(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'month.csv')
  const accountsCount = Math.ceil(recordsCount / RECORDS_PER_ACCOUNT)
  writeSyntheticFile(path, recordsCount, sizeOf(accountsCount))
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)
  const { brokers } = opening.adopt(await startLocalKafka(), (one) => one.stop())
  const { mediator } = await mediationWorld(accountsCount)
  const opened = opening.move()
  return {
    brokers,
    client,
    accountsCount,
    stream: openBenchStream(brokers, client),
    mediator,
    lines,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** The same with a ledger in this process. */
export interface KafkaBench extends BrokerBench {
  readonly store: ClickHouseStore
  readonly ledger: Ledger
  readonly reference: RatingReference
}

export async function openKafkaBench(
  recordsCount: number,
  client?: KafkaClient,
): Promise<KafkaBench> {
  await using opening = new AsyncDisposableStack()
  const broker = opening.use(await openBrokerBench(recordsCount, client))
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-ledger-'))
  opening.defer(() => rmSync(folder, { recursive: true, force: true }))
  const store = opening.use(await openClickHouse({ folder }))
  await migrateClickHouse(store)
  const { catalogue, directory } = await mediationWorld(broker.accountsCount)
  const opened = opening.move()
  return {
    ...broker,
    store,
    ledger: createClickHouseLedger(store),
    reference: createRatingReference(catalogue, directory, catalogue.hash.slice(0, 16)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Each message is read by itself, so there is no header line. */
const SOURCE: SourceConfig = {
  ...SYNTHETIC_SOURCE,
  options: {
    delimiter: ';',
    header: false,
    columns: {
      id: 1,
      served: 2,
      kind: 3,
      direction: 4,
      sender: 5,
      receiver: 6,
      start: 7,
      duration: 8,
      volume: 9,
      visitedNetwork: 10,
      sessionKey: 11,
    },
  },
}

export async function newTopic(
  stream: Stream,
  topic: string,
  partitions = PARTITIONS,
): Promise<string> {
  const admin = await stream.admin()
  await admin.createTopics([{ topic, partitions, replicas: 1, settings: {} }])
  await admin.close()
  return topic
}

export interface RunningStage {
  stop(): Promise<void>
}

export async function startRating(
  running: KafkaBench,
  topic: string,
  options: { ledger?: Ledger; waitMsMax?: number } = {},
): Promise<RunningStage> {
  const { stream, reference } = running
  const ledger = options.ledger ?? running.ledger
  const stop = new AbortController()
  const consumer = await stream.consumer(`${topic}-${performance.now()}`, [topic])
  const admin = await stream.admin()
  const done = runRating({
    topic,
    consumer,
    admin,
    ledger,
    duplicates: createRenewableWindow(() => createDuplicateWindow(ledger)),
    reference: () => reference,
    newestReference: () => Promise.resolve(reference),
    limits: { ...BATCH_LIMITS, waitMsMax: options.waitMsMax ?? BATCH_LIMITS.waitMsMax },
    clock: systemClock,
    log: createLog('error'),
    health: createHealth([]),
    metrics: NO_METRICS,
    signal: stop.signal,
  })
  return {
    async stop() {
      stop.abort()
      await done
      await Promise.all([consumer.close(), admin.close()])
    },
  }
}

export interface RunningMediation {
  /** Resolves to the microseconds of processor that the stage took, without the start of its process. */
  stop(): Promise<number>
}

/** In a process of its own, as it is run in earnest: bench/kafka-mediation.ts. */
export async function startMediation(
  running: KafkaBench,
  topics: { readonly from: string; readonly to: string },
): Promise<RunningMediation> {
  const { brokers, client, accountsCount } = running
  const given = JSON.stringify({ brokers, client, accountsCount, ...topics })
  const child = fork(join(import.meta.dirname, 'kafka-mediation.ts'), [given])
  const ended = once(child, 'exit')
  await once(child, 'message') // It has joined its group.
  return {
    async stop() {
      const said = once(child, 'message')
      child.send('stop')
      const [[cpuUs]] = await Promise.all([said, ended])
      return z.number().parse(cpuUs)
    },
  }
}

/** What the process of mediation is told. */
export const givenArguments = z.object({
  brokers: z.array(z.string()),
  client: z.enum(KAFKA_CLIENTS),
  accountsCount: z.int(),
  from: z.string(),
  to: z.string(),
})

/** What mediation needs to know: the same in both processes. */
export async function mediationWorld(accountsCount: number) {
  const catalogue = await loadCatalogue('fixtures/catalogue')
  const directory = syntheticDirectory(sizeOf(accountsCount))
  const mediator = createMessageMediator({
    source: SOURCE,
    adapter: formatAdapter('delimited'),
    mediator: createMediator({ source: SOURCE, catalogue, directory }),
  })
  return { catalogue, directory, mediator }
}

export function openBenchStream(
  brokers: readonly string[],
  client: KafkaClient = DEFAULT_CLIENT,
): Stream {
  return openKafkaStream(client, { brokers, clientId: 'tik-bench', log: createLog('error') })
}

function sizeOf(accountsCount: number) {
  return { accountsCount, subscriptionsPerAccount: SUBSCRIPTIONS_PER_ACCOUNT }
}

export const NO_METRICS = {
  recorded: () => undefined,
  lag: () => undefined,
  forget: () => undefined,
  fenced: () => undefined,
}
