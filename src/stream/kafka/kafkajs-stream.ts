/** Kafka through kafkajs, unchanged, behind the interface of stream.ts (decision 0371). */
import { Kafka, logLevel } from 'kafkajs'
import type { KafkaConfig, LogEntry } from 'kafkajs'
import type { Log } from '../../core/watch/log.ts'
import { createKafkajsAdmin } from './kafkajs-admin.ts'
import { createKafkajsConsumer } from './kafkajs-consumer.ts'
import { createKafkajsProducer } from './kafkajs-producer.ts'
import { CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS, RETRY } from './stream-options.ts'
import type { StreamOptions } from './stream-options.ts'
import { CONSUMER_LIMITS } from '../stream.ts'
import type { Stream } from '../stream.ts'

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
    retry: {
      initialRetryTime: RETRY.firstMs,
      maxRetryTime: RETRY.waitMsMax,
      retries: options.retriesMax ?? RETRY.retriesMax,
    },
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
