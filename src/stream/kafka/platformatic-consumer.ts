/**
 * A consumer group over @platformatic/kafka. It joins, heartbeats and commits; the reader fetches
 * from where the stage says, because the position is in the ledger (rating) or known to the stage
 * (mediation), never in the client. Callbacks only enqueue; the stage's loop pulls.
 */
import { Consumer } from '@platformatic/kafka'
import type { BaseOptions, GroupPartitionsAssigner } from '@platformatic/kafka'
import { createAssignment } from './assignment.ts'
import { createEventQueue } from './event-queue.ts'
import { openGroupMember } from './group-member.ts'
import { createPlatformaticReader } from './platformatic-reader.ts'
import { assignSticky } from './sticky-assignment.ts'
import {
  byTopic,
  fromUserData,
  STICKY_PROTOCOL,
  STICKY_VERSION,
  toUserData,
} from './sticky-protocol.ts'
import { streamError } from './stream-error.ts'
import { HEARTBEATS_PER_SESSION } from './stream-options.ts'
import type { ConsumerLimits, StreamConsumer, TopicPartition } from '../stream.ts'

/** The leader's epoch that a commit may name; the ledger and the stage know their place without. */
const NO_EPOCH = -1

export async function createPlatformaticConsumer(parts: {
  readonly client: BaseOptions
  readonly group: string
  readonly topics: readonly string[]
  readonly limits: ConsumerLimits
}): Promise<StreamConsumer> {
  const { group, topics } = parts
  const queue = createEventQueue()
  const assignment = createAssignment(queue)
  let isLeader = false
  const reader = createPlatformaticReader({
    ...parts,
    queue,
    onPartitionsAdded: () => {
      // It decides who gets them, and its joining makes the others join.
      if (isLeader) member.client.joinGroup().catch(() => undefined)
    },
  })

  const member = await openGroupMember({
    create: () => createMember(parts, () => assignment.owned),
    async join(client, ended) {
      client.on('consumer:group:join', (joined) => {
        isLeader = joined.isLeader === true
        reader.pauseAll() // Until the stage says from where.
        assignment.take(placesOf(joined.assignments ?? []))
      })
      client.on('consumer:heartbeat:stalled', ({ lastError }) => ended(lastError))
      client.on('error', ended) // It could not join again.
      client.topics.trackAll(...topics)
      await client.joinGroup()
    },
    leave: (client) => client.close(),
    onFailure: (cause) => queue.push({ kind: 'failed', error: streamError(cause, 'reading') }),
    onGivenUp: (cause) => queue.fail(streamError(cause, `joining group ${group} again and again`)),
  }).catch(async (cause: unknown) => {
    await reader.close()
    throw streamError(cause, `joining group ${group}`)
  })
  return {
    next: (waitMsMax) => queue.next(waitMsMax),
    seek(place, offset) {
      queue.dropMessages(place)
      reader.seek(place, offset)
    },
    pause: (place) => reader.pause(place),
    async commit({ topic, partition }, nextOffset) {
      const offset = { topic, partition, offset: BigInt(nextOffset), leaderEpoch: NO_EPOCH }
      await member.client.commit({ offsets: [offset] }).catch((cause: unknown) => {
        throw streamError(cause, `committing ${topic}/${partition}`)
      })
    },
    async close() {
      await Promise.all([member.close(), reader.close()]).catch((cause: unknown) => {
        throw streamError(cause, `leaving group ${group}`)
      })
    },
  }
}

function createMember(
  { client, group, limits }: { client: BaseOptions; group: string; limits: ConsumerLimits },
  owned: () => readonly TopicPartition[],
): Consumer {
  return new Consumer({
    ...client,
    groupId: group,
    sessionTimeout: limits.sessionTimeoutMs,
    rebalanceTimeout: limits.sessionTimeoutMs * 2,
    heartbeatInterval: Math.floor(limits.sessionTimeoutMs / HEARTBEATS_PER_SESSION),
    protocols: [{ name: STICKY_PROTOCOL, version: STICKY_VERSION }],
    protocolsMetadata: () => toUserData(owned()),
    partitionAssigner,
  })
}

const partitionAssigner: GroupPartitionsAssigner = (_leader, members, topics, metadata) => {
  const partitions = [...topics].flatMap((topic) =>
    [...(metadata.topics.get(topic)?.partitions.keys() ?? [])].map((partition) => ({
      topic,
      partition,
    })),
  )
  const claiming = [...members.values()].map(({ memberId, metadata: userData }) => ({
    memberId,
    owned: fromUserData(userData),
  }))
  return [...assignSticky(claiming, partitions)].map(([memberId, share]) => ({
    memberId,
    assignments: new Map(
      [...byTopic(share)].map(([topic, numbers]) => [topic, { topic, partitions: numbers }]),
    ),
  }))
}

function placesOf(
  assignments: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): TopicPartition[] {
  return assignments.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  )
}
