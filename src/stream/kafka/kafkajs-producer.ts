/**
 * A producer over kafkajs: messages become batches here, one a partition in each request, and the
 * client carries them (kafkajs-wire.ts).
 */
import assert from 'node:assert/strict'
import { CompressionTypes } from 'kafkajs'
import type { Admin, Kafka } from 'kafkajs'
import { systemClock } from '../../core/clock.ts'
import { partitionsOf } from './kafkajs-admin.ts'
import { translated } from './stream-error.ts'
import { outgoingBatches } from './outgoing-batches.ts'
import type { StreamProducer } from '../stream.ts'

const ALL_REPLICAS = -1
/** Below a megabyte, which is what a topic takes when nobody set anything. A larger record goes alone. */
const BATCH_BYTES_MAX = 1_000_000
/** As long as kafkajs trusts what it knows of a cluster. */
const PARTITIONS_KNOWN_MS = 300_000

export async function createKafkajsProducer(kafka: Kafka): Promise<StreamProducer> {
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
  opening.adopt(producer, (one) => one.disconnect())
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
      const options = {
        partitionsCount: count,
        bytesMax: BATCH_BYTES_MAX,
        writtenMs: systemClock.nowMs(),
      }
      for (const batches of outgoingBatches(messages, options)) {
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
    close: () => translated('closing a producer', () => opened.disposeAsync()),
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
