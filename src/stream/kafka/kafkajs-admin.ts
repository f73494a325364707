/** Topics and offsets through kafkajs's admin client. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import { translated } from './stream-error.ts'
import type { PartitionBounds, StreamAdmin, TopicPlan } from '../stream.ts'

/** About ten seconds. */
const METADATA_ATTEMPTS_MAX = 50
const METADATA_POLL_MS = 200

export async function createKafkajsAdmin(kafka: Kafka): Promise<StreamAdmin> {
  const admin = kafka.admin()
  await translated('connecting', () => admin.connect())
  return {
    createTopics: (plans) => translated('creating topics', () => createTopics(admin, plans)),
    topics: () => translated('listing the topics', () => admin.listTopics()),
    bounds: (topic) => translated(`asking for the offsets of ${topic}`, () => bounds(admin, topic)),
    committed: (group, topic) =>
      translated(`asking for the offsets of group ${group}`, () => committed(admin, group, topic)),
    close: () => translated('closing', () => admin.disconnect()),
  }
}

async function createTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics())
  const missing = plans.filter((plan) => !existing.has(plan.topic))
  if (missing.length === 0) return []
  await admin.createTopics({
    waitForLeaders: false, // It gives up on a broker that does not know the topic yet.
    topics: missing.map((plan) => ({
      topic: plan.topic,
      numPartitions: plan.partitions,
      replicationFactor: plan.replicas,
      configEntries: Object.entries(plan.settings).map(([name, value]) => ({ name, value })),
    })),
  })
  const created = missing.map((plan) => plan.topic)
  await untilKnown(admin, created)
  return created
}

async function bounds(admin: Admin, topic: string): Promise<PartitionBounds[]> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets
    .map(({ partition, low, high }) => ({
      partition,
      firstOffset: Number.parseInt(low, 10),
      endOffset: Number.parseInt(high, 10),
    }))
    .sort((left, right) => left.partition - right.partition)
}

async function committed(admin: Admin, group: string, topic: string): Promise<Map<number, number>> {
  const answers = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  const offsets = answers.flatMap(({ partitions }) =>
    partitions.map(({ partition, offset }) => [partition, Number.parseInt(offset, 10)] as const),
  )
  return new Map(offsets.filter(([, offset]) => offset >= 0))
}

/** Waits for a topic that a broker has not heard of or that has no leader: it is being made. */
async function untilKnown(admin: Admin, topics: string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.fetchTopicMetadata({ topics })
      return
    } catch (cause) {
      const mayPass = cause instanceof Error && 'retriable' in cause && cause.retriable === true
      if (!mayPass || attempt === METADATA_ATTEMPTS_MAX) throw cause
      await sleep(METADATA_POLL_MS)
    }
  }
}
