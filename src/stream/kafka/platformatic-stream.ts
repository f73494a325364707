/** Kafka through @platformatic/kafka, behind the interface of stream.ts (decision 0371). */
import type { BaseOptions } from '@platformatic/kafka'
import { createPlatformaticAdmin } from './platformatic-admin.ts'
import { createPlatformaticConsumer } from './platformatic-consumer.ts'
import { createPlatformaticProducer } from './platformatic-producer.ts'
import { CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS, RETRY } from './stream-options.ts'
import type { StreamOptions } from './stream-options.ts'
import { CONSUMER_LIMITS } from '../stream.ts'
import type { Stream } from '../stream.ts'

export function openPlatformaticStream(options: StreamOptions): Stream {
  const client = clientOptions(options)
  return {
    consumer: (group, topics, limits = CONSUMER_LIMITS) =>
      createPlatformaticConsumer({ client, group, topics, limits }),
    producer: () => createPlatformaticProducer(client),
    admin: () => createPlatformaticAdmin(client),
  }
}

function clientOptions(options: StreamOptions): BaseOptions {
  const { credentials } = options
  return {
    clientId: options.clientId,
    bootstrapBrokers: [...options.brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    timeout: REQUEST_TIMEOUT_MS,
    retries: options.retriesMax ?? RETRY.retriesMax,
    retryDelay: (_client, _operation, attempt) =>
      Math.min(RETRY.firstMs * 2 ** (attempt - 1), RETRY.waitMsMax),
    ...(credentials === undefined
      ? {}
      : { tls: {}, tlsServerName: true, sasl: { mechanism: 'SCRAM-SHA-512', ...credentials } }),
  }
}
