/**
 * The log as tik sees it: topics of numbered partitions, read by a group with one owner for each
 * partition, and written with keys. Small on purpose, so that a client library can be replaced in
 * one place and simulated in another. All failures are `stream_unavailable`.
 */
import type { TikError } from '../core/failures/errors.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface StreamMessage {
  readonly offset: number
  readonly key: string
  readonly value: Buffer
  /** When the log took it: the time of arrival, not of the usage. */
  readonly timestampMs: number
}

/** What a consumer has to say, in the order in which it happened. */
export type StreamEvent =
  /** The whole assignment after a rebalance. Nothing comes from a partition before its `seek`. */
  | { readonly kind: 'assigned'; readonly partitions: readonly TopicPartition[] }
  /** No longer owned: drop its state, write nothing more. */
  | { readonly kind: 'revoked'; readonly partitions: readonly TopicPartition[] }
  | {
      readonly kind: 'messages'
      readonly place: TopicPartition
      readonly messages: readonly StreamMessage[]
      /** Offset that the next message of the log will get: the lag is endOffset minus the last one. */
      readonly endOffset: number
    }
  /** The client lost the brokers and tries again by itself; for health, not for control. */
  | { readonly kind: 'failed'; readonly error: TikError }
  /** They answer again, and the assignment still holds. */
  | { readonly kind: 'recovered' }

export interface StreamConsumer {
  /**
   * The next event, or undefined when none came within the time. Not pulling is backpressure. Throws
   * `stream_unavailable` when the client has given up for good, and `config_invalid` when it is the
   * wrong one: it cannot read what is in the log.
   */
  next(waitMsMax: number): Promise<StreamEvent | undefined>
  /** Delivers an assigned partition from this offset on; what was fetched before is dropped. */
  seek(place: TopicPartition, offset: number): void
  /** Stops fetching a partition; `seek` starts it again. */
  pause(place: TopicPartition): void
  /** Notes how far the group is: where mediation goes on, and only a hint for lag in rating. */
  commit(place: TopicPartition, nextOffset: number): Promise<void>
  /** Leaves the group at once, so that the others need not wait for a timeout. */
  close(): Promise<void>
}

/** Bounds of what a consumer holds in memory and of how long it may be silent. */
export interface ConsumerLimits {
  /** Bytes of messages that wait for `next`; fetching stops while there are more. */
  readonly bufferBytesMax: number
  /** Bytes that one fetch brings from one partition. */
  readonly fetchBytesMax: number
  /** How long the broker may hold a fetch that finds nothing. */
  readonly fetchWaitMsMax: number
  /** Without a heartbeat for this long the group gives the partitions to others. */
  readonly sessionTimeoutMs: number
}

export const CONSUMER_LIMITS: ConsumerLimits = {
  bufferBytesMax: 64 * 1024 * 1024,
  fetchBytesMax: 8 * 1024 * 1024,
  fetchWaitMsMax: 250,
  sessionTimeoutMs: 10_000,
}

export interface OutgoingMessage {
  readonly key: string
  readonly value: string | Buffer
  /** Chosen from the key when left out. */
  readonly partition?: number
}

export interface StreamProducer {
  /**
   * Resolves when the log has all of them. One call at a time for one order: messages of a key
   * keep the order of the calls. After a failure a part may be in the log: sending again doubles.
   */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<void>
  close(): Promise<void>
}

/** First offset that is still there, and the one that the next message will get. */
export interface PartitionBounds {
  readonly partition: number
  readonly firstOffset: number
  readonly endOffset: number
}

export interface TopicPlan {
  readonly topic: string
  readonly partitions: number
  readonly replicas: number
  readonly settings: Readonly<Record<string, string>>
}

export interface StreamAdmin {
  /** Creates those that are missing; resolves to their names. Never changes an existing topic. */
  createTopics(plans: readonly TopicPlan[]): Promise<string[]>
  /** Names of all topics that are there. */
  topics(): Promise<string[]>
  bounds(topic: string): Promise<PartitionBounds[]>
  /** Offsets that a group committed, by partition; absent where it committed none. */
  committed(group: string, topic: string): Promise<Map<number, number>>
  close(): Promise<void>
}

/** One connection to a cluster, from which consumers, producers and the admin are made. */
export interface Stream {
  consumer(
    group: string,
    topics: readonly string[],
    limits?: ConsumerLimits,
  ): Promise<StreamConsumer>
  producer(): Promise<StreamProducer>
  admin(): Promise<StreamAdmin>
}

export function placeKey(place: TopicPartition): string {
  return `${place.topic}/${place.partition}`
}
