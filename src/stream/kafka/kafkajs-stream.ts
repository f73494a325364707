/**
 * Kafka through kafkajs, behind the interface of stream.ts. docs/decisions/0170 compares it with
 * another client against a current broker.
 */
import { Kafka, logLevel } from 'kafkajs'
import type { KafkaConfig, LogEntry } from 'kafkajs'
import type { Log } from '../../core/log.ts'
import { createKafkajsAdmin } from './kafkajs-admin.ts'
import { createKafkajsConsumer } from './kafkajs-consumer.ts'
import { createKafkajsProducer } from './kafkajs-producer.ts'
import { useOwnBatches } from './kafkajs-wire.ts'
import { CONSUMER_LIMITS } from '../stream.ts'
import type { Stream } from '../stream.ts'

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

useOwnBatches()

export function openKafkajsStream(options: StreamOptions): Stream {
  const kafka = new Kafka(kafkaConfig(options))
  return {
    consumer: (group, topics, limits = CONSUMER_LIMITS) =>
      createKafkajsConsumer(kafka, group, topics, limits),
    producer: () => createKafkajsProducer(kafka),
    admin: () => createKafkajsAdmin(kafka),
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
