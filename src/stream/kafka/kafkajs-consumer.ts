/**
 * A consumer group over kafkajs. Its callbacks only enqueue; the stage's loop pulls. Partitions are
 * paused the moment they are assigned and start with the stage's `seek`, because the position is in
 * the ledger (rating) or known to the stage (mediation), never in the client.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { PartitionAssigners } from 'kafkajs'
import type { Consumer, ConsumerConfig, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import { createEventQueue } from './event-queue.ts'
import type { EventQueue } from './event-queue.ts'
import { createStickyAssigner } from './kafkajs-assigner.ts'
import { streamError } from './kafkajs-error.ts'
import { openKafkajsMember } from './kafkajs-member.ts'
import { messagesOf } from './kafkajs-wire.ts'
import { placeKey } from '../stream.ts'
import type { ConsumerLimits, StreamConsumer, StreamMessage, TopicPartition } from '../stream.ts'

/** Heartbeats in one session timeout; Kafka's own advice is at least three. */
const HEARTBEATS_PER_SESSION = 5
/** A fetch may bring this many partitions' worth at once. */
const FETCH_PARTITIONS_MAX = 8
const ROOM_POLL_MS = 5

export async function createKafkajsConsumer(
  kafka: Kafka,
  group: string,
  topics: readonly string[],
  limits: ConsumerLimits,
): Promise<StreamConsumer> {
  const queue = createEventQueue()
  const assignment: Assignment = { owned: [] }
  /** Where each partition was told to begin: a batch that came may begin before it. */
  const sought = new Map<string, number>()

  /** Enqueues at once and then holds the client back while too much waits. */
  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    if (payload.isStale()) return
    const { topic, partition, highWatermark } = payload.batch
    const place = { topic, partition }
    const messages = fromBatch(payload.batch.messages, sought.get(placeKey(place)) ?? 0)
    const endOffset = Number.parseInt(highWatermark, 10)
    if (messages.length > 0) queue.push({ kind: 'messages', place, messages, endOffset })
    while (payload.isRunning() && queue.bytes > limits.bufferBytesMax) {
      await sleep(ROOM_POLL_MS)
      await payload.heartbeat() // Throws when the group rebalances; kafkajs then joins again.
    }
  }

  const member = await openKafkajsMember({
    create: () => kafka.consumer(consumerConfig(group, limits, assignment)),
    async join(consumer) {
      followAssignments(consumer, queue, assignment)
      await consumer.subscribe({ topics: [...topics], fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatch })
    },
    onFailure: (cause) => queue.push({ kind: 'failed', error: streamError(cause, 'reading') }),
    onGivenUp: (cause) => queue.fail(streamError(cause, `joining group ${group} again and again`)),
  }).catch((cause: unknown) => {
    throw streamError(cause, `joining group ${group}`)
  })
  return {
    next: (waitMsMax) => queue.next(waitMsMax),
    seek({ topic, partition }, offset) {
      queue.dropMessages({ topic, partition })
      sought.set(placeKey({ topic, partition }), offset)
      betweenClients(() => {
        member.consumer.seek({ topic, partition, offset: String(offset) })
        member.consumer.resume([{ topic, partitions: [partition] }])
      })
    },
    pause({ topic, partition }) {
      betweenClients(() => member.consumer.pause([{ topic, partitions: [partition] }]))
    },
    async commit({ topic, partition }, nextOffset) {
      await member.consumer
        .commitOffsets([{ topic, partition, offset: String(nextOffset) }])
        .catch((cause: unknown) => {
          throw streamError(cause, `committing ${topic}/${partition}`)
        })
    },
    async close() {
      await member.close().catch((cause: unknown) => {
        throw streamError(cause, `leaving group ${group}`)
      })
    },
  }
}

/** A client that is just joining refuses; an assignment follows, and with it the stage's next word. */
function betweenClients(say: () => void): void {
  try {
    say()
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'KafkaJSNonRetriableError') throw cause
  }
}

function consumerConfig(
  group: string,
  limits: ConsumerLimits,
  assignment: Assignment,
): ConsumerConfig {
  const heartbeatMs = Math.floor(limits.sessionTimeoutMs / HEARTBEATS_PER_SESSION)
  return {
    groupId: group,
    // The second one is for workers of before, while both are in the group.
    partitionAssigners: [
      createStickyAssigner(() => assignment.owned),
      PartitionAssigners.roundRobin,
    ],
    sessionTimeout: limits.sessionTimeoutMs,
    rebalanceTimeout: limits.sessionTimeoutMs * 2,
    heartbeatInterval: heartbeatMs,
    maxBytesPerPartition: limits.fetchBytesMax,
    maxBytes: limits.fetchBytesMax * FETCH_PARTITIONS_MAX,
    maxWaitTimeInMs: Math.min(limits.fetchWaitMsMax, heartbeatMs),
    retry: { restartOnFailure: () => Promise.resolve(true) },
  }
}

/** What the group gave to us last, through whichever of our clients. */
interface Assignment {
  owned: readonly TopicPartition[]
}

function followAssignments(consumer: Consumer, queue: EventQueue, assignment: Assignment): void {
  consumer.on('consumer.group_join', ({ payload }) => {
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    )
    for (const { topic, partition } of partitions) {
      consumer.pause([{ topic, partitions: [partition] }]) // Until the stage says from where.
      queue.dropMessages({ topic, partition })
    }
    const kept = new Set(partitions.map(placeKey))
    const revoked = assignment.owned.filter((place) => !kept.has(placeKey(place)))
    for (const place of revoked) queue.dropMessages(place)
    assignment.owned = partitions
    if (revoked.length > 0) queue.push({ kind: 'revoked', partitions: revoked })
    queue.push({ kind: 'assigned', partitions })
  })
}

function fromBatch(batch: readonly KafkaMessage[], fromOffset: number): StreamMessage[] {
  const messages: StreamMessage[] = []
  for (const one of batch) {
    for (const message of messagesOf(one) ?? [fromKafkaMessage(one)]) {
      if (message.offset >= fromOffset) messages.push(message)
    }
  }
  return messages
}

/** What kafkajs read by itself: a compressed batch, or one of a transaction. */
function fromKafkaMessage(message: KafkaMessage): StreamMessage {
  return {
    offset: Number.parseInt(message.offset, 10),
    key: message.key === null ? '' : message.key.toString('utf8'),
    value: message.value ?? EMPTY,
    timestampMs: Number.parseInt(message.timestamp, 10),
  }
}

const EMPTY = Buffer.alloc(0)
