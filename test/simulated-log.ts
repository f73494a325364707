/**
 * Kafka in memory: one topic, and a group whose members may wrongly believe that they own something.
 * A member that is expelled keeps reading what it had until it is told, as a stalled process does.
 */
import type { PartitionBounds, StreamConsumer, StreamEvent } from '../src/stream/stream.ts'
import type { StreamMessage, TopicPartition } from '../src/stream/stream.ts'
import type { SimulatedTurns } from './simulated-turns.ts'

export interface SimulatedLog {
  append(partition: number, value: string): void
  readonly messagesCount: number
  messages(partition: number): readonly StreamMessage[]
  bounds(): PartitionBounds[]
  /** Joins the group; the others are told at once. */
  join(member: string): StreamConsumer
  /** The group gives its partitions to others; the member does not know yet. */
  expel(member: string): void
  /** An expelled member comes back, and is told what it lost and what it has. */
  rejoin(member: string): void
  leave(member: string): void
}

interface Member {
  readonly events: StreamEvent[]
  /** What it believes to own, and from where it reads; undefined before its seek. */
  readonly positions: Map<number, number | undefined>
  isIn: boolean
}

const FETCH_ROWS_MAX = 12

export function createSimulatedLog(parts: {
  topic: string
  partitions: number
  turns: SimulatedTurns
  random: () => number
}): SimulatedLog {
  const { topic, turns, random } = parts
  const logs: StreamMessage[][] = Array.from({ length: parts.partitions }, () => [])
  const members = new Map<string, Member>()

  function rebalance(): void {
    const present = [...members.values()].filter((member) => member.isIn)
    const shares = present.map((): number[] => [])
    const shift = Math.floor(random() * (present.length || 1))
    logs.forEach((_, partition) => shares[(partition + shift) % present.length]?.push(partition))
    present.forEach((member, index) => tell(member, shares[index] ?? []))
  }

  function tell(member: Member, share: readonly number[]): void {
    const lost = [...member.positions.keys()].filter((partition) => !share.includes(partition))
    for (const partition of lost) member.positions.delete(partition)
    for (const partition of share) member.positions.set(partition, undefined)
    if (lost.length > 0) member.events.push({ kind: 'revoked', partitions: lost.map(toPlace) })
    member.events.push({ kind: 'assigned', partitions: share.map(toPlace) })
  }

  function toPlace(partition: number): TopicPartition {
    return { topic, partition }
  }

  function fetch(member: Member): StreamEvent | undefined {
    const readable = [...member.positions].filter(
      ([partition, position]) =>
        position !== undefined && position < (logs[partition]?.length ?? 0),
    )
    const [partition = 0, position = 0] = readable[Math.floor(random() * readable.length)] ?? []
    if (readable.length === 0) return undefined
    const log = logs[partition] ?? []
    const end = Math.min(log.length, position + 1 + Math.floor(random() * FETCH_ROWS_MAX))
    member.positions.set(partition, end)
    return {
      kind: 'messages',
      place: toPlace(partition),
      messages: log.slice(position, end),
      endOffset: log.length,
    }
  }

  return {
    append(partition, value) {
      const log = logs[partition]
      log?.push({ offset: log.length, key: '', value: Buffer.from(value), timestampMs: 0 })
    },
    get messagesCount() {
      return logs.reduce((sum, log) => sum + log.length, 0)
    },
    messages: (partition) => logs[partition] ?? [],
    bounds: () =>
      logs.map((log, partition) => ({ partition, firstOffset: 0, endOffset: log.length })),
    join(name) {
      const member: Member = { events: [], positions: new Map(), isIn: true }
      members.set(name, member)
      rebalance()
      return {
        async next() {
          await turns.turn(name)
          return member.events.shift() ?? fetch(member)
        },
        seek({ partition }, offset) {
          if (member.positions.has(partition)) member.positions.set(partition, offset)
        },
        pause({ partition }) {
          member.positions.set(partition, undefined)
        },
        commit: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }
    },
    expel(name) {
      const member = members.get(name)
      if (member !== undefined) member.isIn = false
      rebalance()
    },
    rejoin(name) {
      const member = members.get(name)
      if (member !== undefined) member.isIn = true
      rebalance()
    },
    leave(name) {
      members.delete(name)
      rebalance()
    },
  }
}
