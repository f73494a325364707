/**
 * Which member of a group gets which partition, so that as few as possible change hands: what a worker
 * keeps, it keeps with its balances in memory. Everybody gets as many as everybody else, or one more.
 */
import { placeKey } from '../stream.ts'
import type { TopicPartition } from '../stream.ts'

export interface ShareOfMember {
  readonly memberId: string
  /** What it had when it joined. Only a wish: it may be out of date, or another may have it too. */
  readonly owned: readonly TopicPartition[]
}

/** The same for the same members and partitions, whoever computes it. */
export function assignSticky(
  members: readonly ShareOfMember[],
  partitions: readonly TopicPartition[],
): Map<string, TopicPartition[]> {
  const free = new Map(partitions.map((place) => [placeKey(place), place]))
  const shares = new Map<string, TopicPartition[]>()
  const least = Math.floor(partitions.length / Math.max(1, members.length))
  /** How many members may have one more than `least`. */
  let larger = partitions.length - least * members.length

  const byWishes = members.toSorted(
    (left, right) =>
      right.owned.length - left.owned.length || compareText(left.memberId, right.memberId),
  )
  for (const { memberId, owned } of byWishes) {
    const wishes = owned.filter((place) => free.has(placeKey(place)))
    const isLarger = wishes.length > least && larger > 0
    if (isLarger) larger -= 1
    const kept = wishes.slice(0, least + (isLarger ? 1 : 0))
    for (const place of kept) free.delete(placeKey(place))
    shares.set(memberId, kept)
  }
  for (const place of free.values()) {
    const [poorest] = [...shares.values()].sort((left, right) => left.length - right.length)
    poorest?.push(place)
  }
  return shares
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}
