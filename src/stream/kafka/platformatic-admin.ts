/** Topics and offsets through the admin client of @platformatic/kafka. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, ListOffsetTimestamps } from '@platformatic/kafka'
import type { BaseOptions } from '@platformatic/kafka'
import { translated } from './stream-error.ts'
import type { PartitionBounds, StreamAdmin, TopicPlan } from '../stream.ts'

/** About ten seconds. */
const METADATA_ATTEMPTS_MAX = 50
const METADATA_POLL_MS = 200

export async function createPlatformaticAdmin(options: BaseOptions): Promise<StreamAdmin> {
  const admin = new Admin(options)
  await translated('connecting', () => admin.metadata({}))
  return {
    createTopics: (plans) => translated('creating topics', () => createTopics(admin, plans)),
    topics: () => translated('listing the topics', () => admin.listTopics()),
    bounds: (topic) => translated(`asking for the offsets of ${topic}`, () => bounds(admin, topic)),
    committed: (group, topic) =>
      translated(`asking for the offsets of group ${group}`, () => committed(admin, group, topic)),
    close: () => translated('closing', () => admin.close()),
  }
}

async function createTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics())
  const missing = plans.filter((plan) => !existing.has(plan.topic))
  for (const { topic, partitions, replicas, settings } of missing) {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic, partitions, replicas }], configs })
  }
  for (const { topic } of missing) await untilKnown(admin, topic)
  return missing.map(({ topic }) => topic)
}

/** A broker that has not heard of the topic yet, or has no leader for it, says that it is unknown. */
async function untilKnown(admin: Admin, topic: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await bounds(admin, topic)
      return
    } catch (cause) {
      if (attempt === METADATA_ATTEMPTS_MAX) throw cause
      await sleep(METADATA_POLL_MS)
    }
  }
}

async function bounds(admin: Admin, topic: string): Promise<PartitionBounds[]> {
  const partitions = await partitionsOf(admin, topic)
  const offsetsAt = async (timestamp: bigint): Promise<Map<number, number>> => {
    const asked = partitions.map((partitionIndex) => ({ partitionIndex, timestamp }))
    const [answer] = await admin.listOffsets({ topics: [{ name: topic, partitions: asked }] })
    return new Map(answer?.partitions.map((one) => [one.partitionIndex, Number(one.offset)]))
  }
  const first = await offsetsAt(ListOffsetTimestamps.EARLIEST)
  const end = await offsetsAt(ListOffsetTimestamps.LATEST)
  return partitions.map((partition) => ({
    partition,
    firstOffset: offsetOf(first, partition),
    endOffset: offsetOf(end, partition),
  }))
}

function offsetOf(offsets: ReadonlyMap<number, number>, partition: number): number {
  const offset = offsets.get(partition)
  if (offset === undefined) throw new Error(`no broker answered for partition ${partition}`)
  return offset
}

async function committed(admin: Admin, group: string, topic: string): Promise<Map<number, number>> {
  const partitionIndexes = await partitionsOf(admin, topic)
  const topics = [{ name: topic, partitionIndexes }]
  const [answer] = await admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics }] })
  const offsets = (answer?.topics ?? []).flatMap((one) =>
    one.partitions.map((each) => [each.partitionIndex, Number(each.committedOffset)] as const),
  )
  return new Map(offsets.filter(([, offset]) => offset >= 0))
}

async function partitionsOf(admin: Admin, topic: string): Promise<number[]> {
  const metadata = await admin.metadata({ topics: [topic], forceUpdate: true })
  return [...(metadata.topics.get(topic)?.partitions.keys() ?? [])]
}
