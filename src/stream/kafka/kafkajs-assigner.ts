/** The sticky assignment (sticky-assignment.ts) as kafkajs wants it. */
import { AssignerProtocol } from 'kafkajs'
import type { PartitionAssigner } from 'kafkajs'
import { assignSticky } from './sticky-assignment.ts'
import {
  byTopic,
  fromUserData,
  STICKY_PROTOCOL,
  STICKY_VERSION,
  toUserData,
} from './sticky-protocol.ts'
import type { TopicPartition } from '../stream.ts'

const { MemberAssignment, MemberMetadata } = AssignerProtocol

/** `owned` tells what this member has at the moment in which it joins. */
export function createStickyAssigner(owned: () => readonly TopicPartition[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: STICKY_PROTOCOL,
    version: STICKY_VERSION,
    protocol({ topics }) {
      const subscription = { version: STICKY_VERSION, topics, userData: toUserData(owned()) }
      return { name: STICKY_PROTOCOL, metadata: MemberMetadata.encode(subscription) }
    },
    assign({ members, topics }) {
      const partitions = topics.flatMap((topic) =>
        cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ topic, partition: partitionId })),
      )
      const claiming = members.map(({ memberId, memberMetadata }) => ({
        memberId,
        owned: fromUserData(MemberMetadata.decode(memberMetadata)?.userData),
      }))
      const shares = [...assignSticky(claiming, partitions)]
      return Promise.resolve(
        shares.map(([memberId, share]) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({
            version: STICKY_VERSION,
            assignment: Object.fromEntries(byTopic(share)),
            userData: Buffer.alloc(0),
          }),
        })),
      )
    },
  })
}
