/** A producer over @platformatic/kafka: one request under way, so that a key has one order. */
import { compatibilityPartitioner, ProduceAcks, Producer } from '@platformatic/kafka'
import type { BaseOptions, MessageToProduce } from '@platformatic/kafka'
import { translated } from './stream-error.ts'
import type { OutgoingMessage, StreamProducer } from '../stream.ts'

/**
 * A topic takes a megabyte when nobody set anything; half of it costs less for each record, because
 * what the client makes of it is young when it is dropped. A larger record goes alone.
 */
const REQUEST_BYTES_MAX = 500_000
/** Five varints, the attributes and the count of headers, at most. */
const RECORD_OVERHEAD_BYTES_MAX = 32

export async function createPlatformaticProducer(options: BaseOptions): Promise<StreamProducer> {
  const producer = new Producer({
    ...options,
    acks: ProduceAcks.ALL,
    partitioner: compatibilityPartitioner, // As Kafka's Java clients choose.
  })
  await translated('connecting a producer', () => producer.connectToBrokers())
  return {
    async send(topic, messages) {
      for (const request of requestsOf(topic, messages)) {
        await translated(`writing to ${topic}`, () =>
          producer.send({ messages: request, acks: ProduceAcks.ALL }),
        )
      }
    },
    close: () => translated('closing a producer', () => producer.close()),
  }
}

/** Request after request, each small enough even if all of it belongs to one partition. */
function* requestsOf(
  topic: string,
  messages: readonly OutgoingMessage[],
): Generator<MessageToProduce[]> {
  let request: MessageToProduce[] = []
  let bytes = 0
  for (const { key, value, partition } of messages) {
    const message: MessageToProduce = {
      topic,
      key: Buffer.from(key),
      value: typeof value === 'string' ? Buffer.from(value) : value,
      ...(partition === undefined ? {} : { partition }),
    }
    const size = message.key!.length + message.value!.length + RECORD_OVERHEAD_BYTES_MAX
    if (request.length > 0 && bytes + size > REQUEST_BYTES_MAX) {
      yield request
      request = []
      bytes = 0
    }
    request.push(message)
    bytes += size
  }
  if (request.length > 0) yield request
}
