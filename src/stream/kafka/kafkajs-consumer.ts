/**
 * A consumer group over kafkajs. Its callbacks only enqueue; the stage's loop pulls. Partitions are
 * paused the moment they are assigned and start with the stage's `seek`, because the position is in
 * the ledger (rating) or known to the stage (mediation), never in the client.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, ConsumerConfig, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import { TikError } from '../../core/failures/errors.ts'
import { createAssignment } from './assignment.ts'
import type { Assignment } from './assignment.ts'
import { createEventQueue } from './event-queue.ts'
import type { EventQueue } from './event-queue.ts'
import { openGroupMember } from './group-member.ts'
import type { GroupMember } from './group-member.ts'
import { createStickyAssigner } from './kafkajs-assigner.ts'
import { streamError } from './stream-error.ts'
import { FETCH_PARTITIONS_MAX, HEARTBEATS_PER_SESSION } from './stream-options.ts'
import { placeKey } from '../stream.ts'
import type { ConsumerLimits, StreamConsumer, StreamMessage } from '../stream.ts'

const ROOM_POLL_MS = 5

export async function createKafkajsConsumer(
  kafka: Kafka,
  group: string,
  topics: readonly string[],
  limits: ConsumerLimits,
): Promise<StreamConsumer> {
  const queue = createEventQueue()
  const assignment = createAssignment(queue)
  /** Where each partition was told to begin: a batch that came may begin before it. */
  const sought = new Map<string, number>()

  /** Enqueues at once and then holds the client back while too much waits. */
  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    if (payload.isStale()) return
    const { topic, partition, highWatermark } = payload.batch
    const place = { topic, partition }
    const from = sought.get(placeKey(place)) ?? 0
    const messages = payload.batch.messages
      .map(fromKafkaMessage)
      .filter((message) => message.offset >= from)
    const endOffset = Number.parseInt(highWatermark, 10)
    if (messages.length > 0) queue.push({ kind: 'messages', place, messages, endOffset })
    while (payload.isRunning() && queue.bytes > limits.bufferBytesMax) {
      await sleep(ROOM_POLL_MS)
      await payload.heartbeat() // Throws when the group rebalances; kafkajs then joins again.
    }
  }

  const member = await openMember(kafka, { group, topics, limits, queue, assignment, eachBatch })
  return {
    next: (waitMsMax) => queue.next(waitMsMax),
    seek({ topic, partition }, offset) {
      queue.dropMessages({ topic, partition })
      sought.set(placeKey({ topic, partition }), offset)
      betweenClients(() => {
        member.client.seek({ topic, partition, offset: String(offset) })
        member.client.resume([{ topic, partitions: [partition] }])
      })
    },
    pause({ topic, partition }) {
      betweenClients(() => member.client.pause([{ topic, partitions: [partition] }]))
    },
    async commit({ topic, partition }, nextOffset) {
      await member.client
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

function openMember(kafka: Kafka, parts: MemberParts): Promise<GroupMember<Consumer>> {
  const { group, topics, queue, assignment } = parts
  const onFailure = (cause: unknown): void =>
    queue.push({ kind: 'failed', error: streamError(cause, 'reading') })
  return openGroupMember({
    create: () => kafka.consumer(consumerConfig(parts)),
    async join(consumer, ended) {
      consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
        if (error.name === 'KafkaJSNotImplemented') queue.fail(unreadable(topics, error))
        else if (restart) onFailure(error)
        else ended(error)
      })
      followAssignments(consumer, assignment)
      await consumer.connect()
      await consumer.subscribe({ topics: [...topics], fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatch: parts.eachBatch })
    },
    leave: (consumer) => consumer.disconnect(),
    onFailure,
    onGivenUp: (cause) => queue.fail(streamError(cause, `joining group ${group} again and again`)),
  }).catch((cause: unknown) => {
    throw streamError(cause, `joining group ${group}`)
  })
}

interface MemberParts {
  readonly group: string
  readonly topics: readonly string[]
  readonly limits: ConsumerLimits
  readonly queue: EventQueue
  readonly assignment: Assignment
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>
}

/** Trying again would find the same message. */
function unreadable(topics: readonly string[], cause: Error): TikError {
  const where = topics.join(', ')
  return new TikError('config_invalid', `kafkajs cannot read ${where}: ${cause.message}`, {
    hint: 'set TIK_KAFKA_CLIENT=platformatic, which reads every compression',
    cause,
  })
}

/** A client that is just joining refuses; an assignment follows, and with it the stage's next word. */
function betweenClients(say: () => void): void {
  try {
    say()
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'KafkaJSNonRetriableError') throw cause
  }
}

function consumerConfig({ group, limits, assignment }: MemberParts): ConsumerConfig {
  const heartbeatMs = Math.floor(limits.sessionTimeoutMs / HEARTBEATS_PER_SESSION)
  return {
    groupId: group,
    partitionAssigners: [createStickyAssigner(() => assignment.owned)],
    sessionTimeout: limits.sessionTimeoutMs,
    rebalanceTimeout: limits.sessionTimeoutMs * 2,
    heartbeatInterval: heartbeatMs,
    maxBytesPerPartition: limits.fetchBytesMax,
    maxBytes: limits.fetchBytesMax * FETCH_PARTITIONS_MAX,
    maxWaitTimeInMs: Math.min(limits.fetchWaitMsMax, heartbeatMs),
    retry: { restartOnFailure: () => Promise.resolve(true) },
  }
}

function followAssignments(consumer: Consumer, assignment: Assignment): void {
  consumer.on('consumer.group_join', ({ payload }) => {
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    )
    for (const { topic, partition } of partitions) {
      consumer.pause([{ topic, partitions: [partition] }]) // Until the stage says from where.
    }
    assignment.take(partitions)
  })
}

function fromKafkaMessage(message: KafkaMessage): StreamMessage {
  return {
    offset: Number.parseInt(message.offset, 10),
    key: message.key === null ? '' : message.key.toString('utf8'),
    value: message.value ?? EMPTY,
    timestampMs: Number.parseInt(message.timestamp, 10),
  }
}

const EMPTY = Buffer.alloc(0)
