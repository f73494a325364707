/**
 * How members of a group tell each other what they have, for the sticky assignment. The same for
 * every client, so that workers with different ones can share a group.
 */
import { z } from 'zod'
import type { TopicPartition } from '../stream.ts'

export const STICKY_PROTOCOL = 'tik-sticky'
/** Of the layout: topics and user data, nothing after it. The broker reads the topics too. */
export const STICKY_VERSION = 0

const claims = z.array(z.object({ topic: z.string(), partition: z.int() }))

export function toUserData(owned: readonly TopicPartition[]): Buffer {
  return Buffer.from(JSON.stringify(owned))
}

/** Nothing, when a member of another version wrote something else. */
export function fromUserData(userData: Buffer | string | undefined): TopicPartition[] {
  try {
    return claims.safeParse(JSON.parse(String(userData ?? ''))).data ?? []
  } catch {
    return []
  }
}

export function byTopic(share: readonly TopicPartition[]): Map<string, number[]> {
  const partitions = new Map<string, number[]>()
  for (const { topic, partition } of share) {
    const known = partitions.get(topic)
    if (known === undefined) partitions.set(topic, [partition])
    else known.push(partition)
  }
  return partitions
}
