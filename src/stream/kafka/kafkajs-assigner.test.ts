/** The assignment as members of a group say it to each other, through kafkajs's own layout. */
import { AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs'
import { expect, test } from 'vitest'
import type { TopicPartition } from '../stream.ts'
import { createStickyAssigner } from './kafkajs-assigner.ts'

const cluster = {
  findTopicPartitionMetadata: () => [0, 1, 2, 3].map((partitionId) => ({ partitionId })),
} as unknown as Cluster

type Config = Parameters<PartitionAssigner>[0]

function assignerOf(...partitions: number[]) {
  const owned: TopicPartition[] = partitions.map((partition) => ({ topic: 'usage', partition }))
  return createStickyAssigner(() => owned)({ cluster } as unknown as Config)
}

async function sharesOf(metadata: Readonly<Record<string, Buffer>>) {
  const members = Object.entries(metadata).map(([memberId, memberMetadata]) => {
    return { memberId, memberMetadata }
  })
  const assigned = await assignerOf().assign({ members, topics: ['usage'] })
  return Object.fromEntries(
    assigned.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  )
}

test('who has a partition keeps it, and who is new gets the rest', async () => {
  const claim = (assigner: ReturnType<typeof assignerOf>) =>
    assigner.protocol({ topics: ['usage'] }).metadata
  const shares = await sharesOf({ a: claim(assignerOf(3, 1)), b: claim(assignerOf()) })
  expect(shares).toEqual({ a: { usage: [3, 1] }, b: { usage: [0, 2] } })
})

test('a member that wrote something else has no wishes, and gets its share', async () => {
  const other = AssignerProtocol.MemberMetadata.encode({
    version: 0,
    topics: ['usage'],
    userData: Buffer.from('not ours'),
  })
  const claim = assignerOf(2, 3).protocol({ topics: ['usage'] }).metadata
  expect(await sharesOf({ a: other, b: claim })).toEqual({
    a: { usage: [0, 1] },
    b: { usage: [2, 3] },
  })
})
