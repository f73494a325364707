/**
 * Reads partitions through @platformatic/kafka's fetch: from where the stage says, one request under
 * way to each broker, and none while too much waits. A connection apart from the group's, because a
 * broker holds a fetch that finds nothing, and with it whatever comes behind.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer, ListOffsetTimestamps, protocolErrors, ResponseError } from '@platformatic/kafka'
import type { BaseOptions, ClusterMetadata, fetchV17 } from '@platformatic/kafka'
import type { EventQueue } from './event-queue.ts'
import { messagesOf, nextOffsetOf } from './platformatic-messages.ts'
import { streamError } from './stream-error.ts'
import { FETCH_PARTITIONS_MAX } from './stream-options.ts'
import { placeKey } from '../stream.ts'
import type { ConsumerLimits, TopicPartition } from '../stream.ts'

export interface PlatformaticReader {
  seek(place: TopicPartition, offset: number): void
  pause(place: TopicPartition): void
  /** Of all partitions, until the next `seek`. */
  pauseAll(): void
  close(): Promise<void>
}

export interface PlatformaticReaderParts {
  readonly client: BaseOptions
  readonly group: string
  readonly topics: readonly string[]
  readonly limits: ConsumerLimits
  readonly queue: EventQueue
  /** Some topic has more partitions than before. */
  readonly onPartitionsAdded: () => void
}

/** How often it is looked whether there is something to ask for, while nothing comes. */
const TURN_MS = 20
/** After a failure. */
const READ_AGAIN_MS = 1_000
/** Failures in a row, as long as a store is waited for (`STORE_RETRY`); then somebody must look. */
const FAILURES_IN_A_ROW_MAX = 600
const NO_LEADER = -1
const UNKNOWN_EPOCH = -1
const { OFFSET_OUT_OF_RANGE } = protocolErrors

/** Where a partition is read; another object after each `seek`. */
interface Position {
  readonly place: TopicPartition
  offset: bigint
}

interface Reading extends PlatformaticReaderParts {
  readonly reader: Consumer
  /** By `placeKey`. */
  readonly positions: Map<string, Position>
  readonly signal: AbortSignal
  failuresInARow: number
}

export function createPlatformaticReader(parts: PlatformaticReaderParts): PlatformaticReader {
  const reader = new Consumer({ ...parts.client, groupId: parts.group, retries: 0 })
  reader.topics.trackAll(...parts.topics)
  const positions = new Map<string, Position>()
  const closing = new AbortController()
  const { signal } = closing
  const done = readUntilClosed({ ...parts, reader, positions, signal, failuresInARow: 0 })
  return {
    seek(place, offset) {
      positions.set(placeKey(place), { place, offset: BigInt(offset) })
    },
    pause: (place) => void positions.delete(placeKey(place)),
    pauseAll: () => positions.clear(),
    async close() {
      closing.abort()
      await reader.close()
      await done
    },
  }
}

/** Never rejects: what fails is tried again, and said. */
async function readUntilClosed(reading: Reading): Promise<void> {
  const { reader, topics, queue, limits, positions, signal } = reading
  const busy = new Map<number, Promise<void>>()
  let partitionsCount = 0
  const turn = async (): Promise<void> => {
    const metadata = await reader.metadata({ topics: [...topics] })
    const count = partitionsOf(metadata)
    if (partitionsCount > 0 && count > partitionsCount) reading.onPartitionsAdded()
    partitionsCount = count
    if (positions.size === 0) succeeded(reading)
    if (queue.bytes > limits.bufferBytesMax) return
    for (const [node, asked] of byLeader(positions.values(), metadata)) {
      if (busy.has(node)) continue
      const fetching = trying(reading, async () => {
        await fetchFrom(node, asked, metadata, reading)
        succeeded(reading)
      })
      const ended = fetching.finally(() => busy.delete(node))
      busy.set(node, ended)
    }
  }
  while (!signal.aborted && reading.failuresInARow < FAILURES_IN_A_ROW_MAX) {
    await trying(reading, turn)
    await Promise.race([...busy.values(), sleep(TURN_MS)])
  }
  await Promise.all(busy.values())
}

async function trying(reading: Reading, work: () => Promise<void>): Promise<void> {
  const { reader, queue, signal } = reading
  try {
    await work()
  } catch (cause) {
    if (signal.aborted) return
    const error = streamError(cause, 'reading')
    reading.failuresInARow += 1
    if (reading.failuresInARow >= FAILURES_IN_A_ROW_MAX) queue.fail(error)
    else queue.push({ kind: 'failed', error })
    reader.clearMetadata() // Another broker may lead by now.
    await sleep(READ_AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

function succeeded(reading: Reading): void {
  if (reading.failuresInARow > 0) reading.queue.push({ kind: 'recovered' })
  reading.failuresInARow = 0
}

function partitionsOf({ topics }: ClusterMetadata): number {
  return [...topics.values()].reduce((sum, topic) => sum + topic.partitionsCount, 0)
}

function byLeader(
  positions: Iterable<Position>,
  { topics }: ClusterMetadata,
): Map<number, Position[]> {
  return Map.groupBy(
    positions,
    ({ place }) => topics.get(place.topic)?.partitions[place.partition]?.leader ?? NO_LEADER,
  )
}

async function fetchFrom(
  node: number,
  asked: readonly Position[],
  metadata: ClusterMetadata,
  { reader, limits, queue, positions }: Reading,
): Promise<void> {
  /** Those of the answer that were not moved or taken away meanwhile. */
  const answered = (response: fetchV17.FetchResponse, take: TakePartition): void => {
    const names = new Map([...metadata.topics].map(([name, { id }]) => [id, name]))
    for (const { topicId, partitions } of response.responses) {
      for (const partition of partitions) {
        const place = { topic: names.get(topicId) ?? '', partition: partition.partitionIndex }
        const position = positions.get(placeKey(place))
        if (position !== undefined && asked.includes(position)) take(position, partition)
      }
    }
  }
  const response = await reader
    .fetch({
      node,
      topics: toRequest(asked, metadata, limits),
      maxBytes: limits.fetchBytesMax * FETCH_PARTITIONS_MAX,
      maxWaitTime: limits.fetchWaitMsMax,
    })
    .catch(async (cause: unknown) => {
      const lost: Position[] = []
      if (cause instanceof ResponseError) {
        answered(cause['response'], (position, { errorCode }) => {
          if (errorCode === OFFSET_OUT_OF_RANGE?.code) lost.push(position)
        })
      }
      for (const position of lost) position.offset = await firstOffset(reader, position.place)
      throw cause
    })
  answered(response, (position, { records, highWatermark }) => {
    const { place, offset } = position
    const messages = messagesOf(records ?? [], offset)
    position.offset = nextOffsetOf(records ?? [], offset)
    if (messages.length === 0) return
    queue.push({ kind: 'messages', place, messages, endOffset: Number(highWatermark) })
  })
}

type TakePartition = (position: Position, partition: fetchV17.FetchResponsePartition) => void

function toRequest(
  asked: readonly Position[],
  { topics }: ClusterMetadata,
  { fetchBytesMax }: ConsumerLimits,
): fetchV17.FetchRequestTopic[] {
  return [...Map.groupBy(asked, ({ place }) => place.topic)].map(([topic, ofTopic]) => ({
    topicId: topics.get(topic)?.id ?? '',
    partitions: ofTopic.map(({ place, offset }) => ({
      partition: place.partition,
      fetchOffset: offset,
      partitionMaxBytes: fetchBytesMax,
      currentLeaderEpoch: UNKNOWN_EPOCH,
      lastFetchedEpoch: UNKNOWN_EPOCH,
    })),
  }))
}

/** Instead of what is not there any more, or not yet: the stage sees the gap, or what it has already. */
async function firstOffset(
  reader: Consumer,
  { topic, partition }: TopicPartition,
): Promise<bigint> {
  const partitions = { [topic]: [partition] }
  const { EARLIEST } = ListOffsetTimestamps
  const offsets = await reader.listOffsets({ topics: [topic], partitions, timestamp: EARLIEST })
  const offset = offsets.get(topic)?.[partition]
  if (offset === undefined) throw new Error(`no broker answered for ${topic}/${partition}`)
  return offset
}
