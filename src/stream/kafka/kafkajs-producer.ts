/** A producer over kafkajs. Its own choice of a partition for a key is that of Kafka's Java clients. */
import { CompressionTypes, Partitioners } from 'kafkajs'
import type { Kafka } from 'kafkajs'
import { translated } from './stream-error.ts'
import type { StreamProducer } from '../stream.ts'

const ALL_REPLICAS = -1
/** kafkajs sorts the messages of a request by partition in quadratic time, so it gets small ones. */
const REQUEST_MESSAGES_MAX = 1_000

export async function createKafkajsProducer(kafka: Kafka): Promise<StreamProducer> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1, // A retried request never overtakes: one order for each key.
  })
  await translated('connecting a producer', () => producer.connect())
  return {
    async send(topic, messages) {
      for (let at = 0; at < messages.length; at += REQUEST_MESSAGES_MAX) {
        const request = messages.slice(at, at + REQUEST_MESSAGES_MAX)
        await translated(`writing to ${topic}`, () =>
          producer.send({
            topic,
            messages: request,
            acks: ALL_REPLICAS,
            compression: CompressionTypes.None,
          }),
        )
      }
    },
    close: () => translated('closing a producer', () => producer.disconnect()),
  }
}
