/** A connection to Kafka through the client that was chosen (decision 0371). */
import { openKafkajsStream } from './kafkajs-stream.ts'
import { openPlatformaticStream } from './platformatic-stream.ts'
import type { StreamOptions } from './stream-options.ts'
import type { Stream } from '../stream.ts'

export const KAFKA_CLIENTS = ['platformatic', 'kafkajs'] as const
export type KafkaClient = (typeof KAFKA_CLIENTS)[number]

const OPENERS: Readonly<Record<KafkaClient, (options: StreamOptions) => Stream>> = {
  platformatic: openPlatformaticStream,
  kafkajs: openKafkajsStream,
}

export function openKafkaStream(client: KafkaClient, options: StreamOptions): Stream {
  return OPENERS[client](options)
}
