/** What a group gave to this member, and what its loop is told when that changes. */
import type { EventQueue } from './event-queue.ts'
import { placeKey } from '../stream.ts'
import type { TopicPartition } from '../stream.ts'

export interface Assignment {
  /** Given last, through whichever client. */
  readonly owned: readonly TopicPartition[]
  /** Drops what waits, and says what is no longer ours and what is. */
  take(partitions: readonly TopicPartition[]): void
}

export function createAssignment(queue: EventQueue): Assignment {
  let owned: readonly TopicPartition[] = []
  return {
    get owned() {
      return owned
    },
    take(partitions) {
      const kept = new Set(partitions.map(placeKey))
      const revoked = owned.filter((place) => !kept.has(placeKey(place)))
      for (const place of [...partitions, ...revoked]) queue.dropMessages(place)
      owned = partitions
      if (revoked.length > 0) queue.push({ kind: 'revoked', partitions: revoked })
      queue.push({ kind: 'assigned', partitions })
    },
  }
}
