/**
 * Kafka through kafkajs, behind the interface of stream.ts. docs/decisions/0170 compares it with
 * another client against a current broker.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import type { Admin, KafkaConfig, LogEntry } from 'kafkajs'
import type { Log } from '../core/log.ts'
import { createKafkajsConsumer } from './kafkajs-consumer.ts'
import { streamError } from './kafkajs-error.ts'
import { useOwnBatches } from './kafkajs-wire.ts'
import { outgoingBatches } from './outgoing-batches.ts'
import { CONSUMER_LIMITS } from './stream.ts'
import type { PartitionBounds, Stream, StreamAdmin, StreamProducer, TopicPlan } from './stream.ts'

export interface StreamOptions {
  /** host:port of some brokers; the others are found through them. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** SASL/SCRAM-SHA-512 over TLS; no TLS without it. */
  readonly credentials?: { readonly username: string; readonly password: string }
  readonly log: Log
  /** Tries of an operation after the first; `RETRY` when left out. */
  readonly retriesMax?: number
}

const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 20_000
/** About 20 seconds of trying before an operation fails; the stages try again above that. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 5_000, retries: 7 }
const ALL_REPLICAS = -1
/** Below a megabyte, which is what a topic takes when nobody set anything. A larger record goes alone. */
const BATCH_BYTES_MAX = 1_000_000

/** About ten seconds. */
const METADATA_ATTEMPTS_MAX = 50
const METADATA_POLL_MS = 200
/** As long as kafkajs trusts what it knows of a cluster. */
const PARTITIONS_KNOWN_MS = 300_000

useOwnBatches()

export function openKafkajsStream(options: StreamOptions): Stream {
  const kafka = new Kafka(kafkaConfig(options))
  return {
    consumer: (group, topics, limits = CONSUMER_LIMITS) =>
      createKafkajsConsumer(kafka, group, topics, limits),
    producer: () => createProducer(kafka),
    admin: () => createAdmin(kafka),
  }
}

function kafkaConfig(options: StreamOptions): KafkaConfig {
  const { credentials } = options
  return {
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { ...RETRY, retries: options.retriesMax ?? RETRY.retries },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => toLog(options.log, entry),
    ...(credentials === undefined
      ? {}
      : { ssl: true, sasl: { mechanism: 'scram-sha-512', ...credentials } }),
  }
}

/** The client tries again after most of what it calls errors, so they are warnings here. */
function toLog(log: Log, { namespace, log: entry }: LogEntry): void {
  const reason: unknown = entry['error']
  log.warn('kafka_client', {
    part: namespace,
    message: entry.message,
    reason: typeof reason === 'string' ? reason : undefined,
  })
}

async function createProducer(kafka: Kafka): Promise<StreamProducer> {
  const producer = kafka.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0, // Each batch says where it belongs.
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1, // A retried request never overtakes: one order for each key.
  })
  const admin = kafka.admin()
  await using opening = new AsyncDisposableStack()
  opening.adopt(admin, (one) => one.disconnect())
  await translated('connecting a producer', async () => {
    await admin.connect()
    await producer.connect()
  })
  const opened = opening.move()
  const partitionsCount = createPartitionCounts(admin)
  return {
    async send(topic, messages) {
      const count = await translated(`asking for the partitions of ${topic}`, () =>
        partitionsCount.of(topic),
      )
      for (const batches of outgoingBatches(messages, count, BATCH_BYTES_MAX)) {
        await translated(`writing to ${topic}`, () =>
          producer
            .send({
              topic,
              messages: batches,
              acks: ALL_REPLICAS,
              compression: CompressionTypes.None,
            })
            .catch((cause: unknown) => {
              partitionsCount.forget(topic) // It may have been made anew.
              throw cause
            }),
        )
      }
    },
    close: () =>
      translated('closing a producer', async () => {
        await producer.disconnect()
        await opened.disposeAsync()
      }),
  }
}

/** Asked once in a while: partitions are added seldom, and then everybody must notice. */
function createPartitionCounts(admin: Admin) {
  const known = new Map<string, { readonly count: number; readonly untilMs: number }>()
  return {
    async of(topic: string): Promise<number> {
      const one = known.get(topic)
      if (one !== undefined && performance.now() < one.untilMs) return one.count
      const [found] = await partitionsOf(admin, [topic])
      assert(found !== undefined, 'the cluster answers for each topic or fails')
      const count = found.partitions.length
      known.set(topic, { count, untilMs: performance.now() + PARTITIONS_KNOWN_MS })
      return count
    },
    forget: (topic: string) => void known.delete(topic),
  }
}

async function createAdmin(kafka: Kafka): Promise<StreamAdmin> {
  const admin = kafka.admin()
  await translated('connecting', () => admin.connect())
  return {
    createTopics: (plans) => translated('creating topics', () => createTopics(admin, plans)),
    topics: () => translated('listing the topics', () => admin.listTopics()),
    bounds: (topic) => translated(`asking for the offsets of ${topic}`, () => bounds(admin, topic)),
    committed: (group, topic) =>
      translated(`asking for the offsets of group ${group}`, () => committed(admin, group, topic)),
    close: () => translated('closing', () => admin.disconnect()),
  }
}

async function createTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics())
  const missing = plans.filter((plan) => !existing.has(plan.topic))
  if (missing.length === 0) return []
  await admin.createTopics({
    waitForLeaders: false, // It gives up on a broker that does not know the topic yet.
    topics: missing.map((plan) => ({
      topic: plan.topic,
      numPartitions: plan.partitions,
      replicationFactor: plan.replicas,
      configEntries: Object.entries(plan.settings).map(([name, value]) => ({ name, value })),
    })),
  })
  const created = missing.map((plan) => plan.topic)
  await partitionsOf(admin, created)
  return created
}

/** Waits for a topic that a broker has not heard of or that has no leader: it is being made. */
async function partitionsOf(admin: Admin, topics: string[]) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await admin.fetchTopicMetadata({ topics })).topics
    } catch (cause) {
      const mayPass = cause instanceof Error && 'retriable' in cause && cause.retriable === true
      if (!mayPass || attempt === METADATA_ATTEMPTS_MAX) throw cause
      await sleep(METADATA_POLL_MS)
    }
  }
}

async function bounds(admin: Admin, topic: string): Promise<PartitionBounds[]> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets
    .map(({ partition, low, high }) => ({
      partition,
      firstOffset: Number.parseInt(low, 10),
      endOffset: Number.parseInt(high, 10),
    }))
    .sort((left, right) => left.partition - right.partition)
}

async function committed(admin: Admin, group: string, topic: string): Promise<Map<number, number>> {
  const answers = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  const offsets = answers.flatMap(({ partitions }) =>
    partitions.map(({ partition, offset }) => [partition, Number.parseInt(offset, 10)] as const),
  )
  return new Map(offsets.filter(([, offset]) => offset >= 0))
}

async function translated<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw streamError(cause, doing)
  }
}
