/** The sticky assignment (sticky-assignment.ts) as kafkajs wants it. */
import { AssignerProtocol } from 'kafkajs'
import type { PartitionAssigner } from 'kafkajs'
import { z } from 'zod'
import { assignSticky } from './sticky-assignment.ts'
import type { TopicPartition } from '../stream.ts'

const { MemberAssignment, MemberMetadata } = AssignerProtocol
const NAME = 'tik-sticky'
/** Of the layout: topics and user data, nothing after it. The broker reads the topics too. */
const VERSION = 0

const claims = z.array(z.object({ topic: z.string(), partition: z.int() }))

/** `owned` tells what this member has at the moment in which it joins. */
export function createStickyAssigner(owned: () => readonly TopicPartition[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(owned()))
      return { name: NAME, metadata: MemberMetadata.encode({ version: VERSION, topics, userData }) }
    },
    assign({ members, topics }) {
      const partitions = topics.flatMap((topic) =>
        cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ topic, partition: partitionId })),
      )
      const claiming = members.map(({ memberId, memberMetadata }) => ({
        memberId,
        owned: claimsOf(memberMetadata),
      }))
      const shares = [...assignSticky(claiming, partitions)]
      return Promise.resolve(
        shares.map(([memberId, share]) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({
            version: VERSION,
            assignment: byTopic(share),
            userData: Buffer.alloc(0),
          }),
        })),
      )
    },
  })
}

/** Nothing, when a member of another version wrote something else. */
function claimsOf(memberMetadata: Buffer): TopicPartition[] {
  const text = MemberMetadata.decode(memberMetadata)?.userData.toString('utf8') ?? ''
  try {
    return claims.safeParse(JSON.parse(text)).data ?? []
  } catch {
    return []
  }
}

function byTopic(share: readonly TopicPartition[]): Record<string, number[]> {
  const assignment: Record<string, number[]> = {}
  for (const { topic, partition } of share) (assignment[topic] ??= []).push(partition)
  return assignment
}
