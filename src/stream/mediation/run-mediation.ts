/**
 * The mediation stage: CDR topics in, topic `usage` out, in order for each source partition. It has
 * no state of its own. An offset is committed after its usages are in the log, so a message may be
 * mediated twice; its usages then have the same ids and are found duplicate in rating.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Health } from '../../core/watch/health.ts'
import type { Log } from '../../core/watch/log.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { withinDrainTime } from '../drain.ts'
import type { MediationMetrics } from './mediation-metrics.ts'
import type { MessageMediator } from './mediate-message.ts'
import { STORE_RETRY, withRetry } from '../retry.ts'
import type { RetryPolicy } from '../retry.ts'
import { placeKey } from '../stream.ts'
import type {
  OutgoingMessage,
  StreamAdmin,
  StreamConsumer,
  StreamEvent,
  StreamMessage,
  StreamProducer,
  TopicPartition,
} from '../stream.ts'
import { toUsageMessage } from '../message/usage-message.ts'

export interface MediationStageParts {
  readonly group: string
  readonly usageTopic: string
  readonly consumer: StreamConsumer
  readonly producer: StreamProducer
  readonly admin: Pick<StreamAdmin, 'bounds' | 'committed'>
  /** How a topic's messages are read, with the reference data of the moment. */
  readonly mediatorOf: (topic: string) => MessageMediator
  /** Usages in one request to the log. */
  readonly sendRowsMax: number
  readonly log: Log
  readonly health: Health
  readonly metrics: MediationMetrics
  readonly signal: AbortSignal
  readonly retry?: RetryPolicy
  /** `COMMIT_AGAIN_MS` when left out. */
  readonly commitAgainMs?: number
}

interface MediationStage {
  readonly parts: MediationStageParts
  /** Next offset to mediate, by `placeKey` of the partitions that are ours. */
  readonly positions: Map<string, number>
  /** The last request to the log; the next one waits for it, so that the order is kept. */
  sent: Promise<void>
  /** What it threw, after all trying. */
  failure: unknown
  /** Next offsets of our partitions, by `placeKey`: usages of what is before them are in the log. */
  readonly written: Map<string, WrittenOffset>
  /** Of these, what is to be committed. */
  readonly uncommitted: Map<string, WrittenOffset>
  committing: Promise<void> | undefined
  /** When everything is committed once more. */
  commitAgainMs: number
}

interface WrittenOffset {
  readonly place: TopicPartition
  readonly offset: number
}

/** Longest wait for an event, so that a stop is noticed. */
const IDLE_WAIT_MS = 200
/**
 * How often offsets are committed that were committed already: during a rebalance a client may drop a
 * commit and say nothing, or bring an older one of the last owner after ours. It does no harm but
 * looks like lag.
 */
const COMMIT_AGAIN_MS = 5_000
/**
 * Usages in one request, about half a megabyte of them: the next ones are mediated while it is under
 * way, so the log is waited for only when it takes longer than that.
 */
export const SEND_ROWS_MAX = 2_000

/** Runs until the signal; rejects when the stage must stop. */
export async function runMediation(parts: MediationStageParts): Promise<void> {
  const stage: MediationStage = {
    parts,
    positions: new Map(),
    sent: Promise.resolve(),
    failure: undefined,
    written: new Map(),
    uncommitted: new Map(),
    committing: undefined,
    commitAgainMs: 0,
  }
  while (!parts.signal.aborted) {
    const event = await parts.consumer.next(IDLE_WAIT_MS)
    if (event !== undefined) await take(event, stage)
    if (stage.failure !== undefined) throw stage.failure
    startCommits(stage)
  }
  await withinDrainTime(stage.sent)
  await withinDrainTime(stage.committing ?? Promise.resolve())
  await withinDrainTime(commitAll(stage))
  parts.log.info('mediation_drained')
}

async function take(event: StreamEvent, stage: MediationStage): Promise<void> {
  const { health, log } = stage.parts
  switch (event.kind) {
    case 'assigned':
      health.pass('stream')
      return assign(event.partitions, stage)
    case 'revoked':
      for (const place of event.partitions) {
        stage.positions.delete(placeKey(place))
        stage.written.delete(placeKey(place))
        stage.uncommitted.delete(placeKey(place))
      }
      return
    case 'failed':
      health.fail('stream', event.error.message)
      log.warn('stream_failed', { message: event.error.message })
      return
    case 'recovered':
      health.pass('stream')
      return
    case 'messages':
      return mediate(event.place, event.messages, stage)
  }
}

/** What we had before, we continue; what is new begins where the group committed. */
async function assign(partitions: readonly TopicPartition[], stage: MediationStage): Promise<void> {
  const { admin, consumer, group, log } = stage.parts
  const starts = new Map<string, number>()
  for (const topic of new Set(partitions.map((place) => place.topic))) {
    const committed = await persist(() => admin.committed(group, topic), stage)
    for (const { partition, firstOffset } of await persist(() => admin.bounds(topic), stage)) {
      const start = Math.max(committed.get(partition) ?? 0, firstOffset)
      starts.set(placeKey({ topic, partition }), start)
    }
  }
  for (const place of partitions) {
    const key = placeKey(place)
    const offset = stage.positions.get(key) ?? starts.get(key) ?? 0
    stage.positions.set(key, offset)
    consumer.seek(place, offset)
    log.info('source_opened', { ...place, offset })
  }
}

async function mediate(
  place: TopicPartition,
  messages: readonly StreamMessage[],
  stage: MediationStage,
): Promise<void> {
  const { mediatorOf, sendRowsMax, metrics } = stage.parts
  const position = stage.positions.get(placeKey(place))
  if (position === undefined) return // Fetched before the partition went to another worker.
  const mediator = mediatorOf(place.topic)
  let usages: Usage[] = []
  let nextOffset = position
  let sentOffset = position
  for (const message of messages) {
    if (message.offset < position) continue
    const found = mediator.mediate(message, place)
    metrics.mediated(place.topic, found)
    if (usages.length === 0) usages = found
    else for (const usage of found) usages.push(usage)
    nextOffset = message.offset + 1
    if (usages.length >= sendRowsMax) {
      await send(usages, place, nextOffset, stage)
      sentOffset = nextOffset
      usages = []
    }
  }
  if (nextOffset > sentOffset) await send(usages, place, nextOffset, stage)
}

/** Starts one request to the log after the one before it is done; mediation runs ahead by one. */
async function send(
  usages: readonly Usage[],
  place: TopicPartition,
  nextOffset: number,
  stage: MediationStage,
): Promise<void> {
  const messages = usages.map(toUsageMessage)
  await stage.sent
  stage.positions.set(placeKey(place), nextOffset)
  stage.sent = write(messages, place, nextOffset, stage)
  stage.sent.catch((error: unknown) => {
    stage.failure = error
  })
}

async function write(
  messages: readonly OutgoingMessage[],
  place: TopicPartition,
  nextOffset: number,
  stage: MediationStage,
): Promise<void> {
  const { producer, usageTopic } = stage.parts
  await persist(() => producer.send(usageTopic, messages), stage)
  if (!stage.positions.has(placeKey(place))) return // It has another owner by now.
  stage.written.set(placeKey(place), { place, offset: nextOffset })
  stage.uncommitted.set(placeKey(place), { place, offset: nextOffset })
}

/** Commits behind the loop, and again what failed: an idle partition must not look as if it lagged. */
function startCommits(stage: MediationStage): void {
  if (performance.now() >= stage.commitAgainMs) {
    stage.commitAgainMs = performance.now() + (stage.parts.commitAgainMs ?? COMMIT_AGAIN_MS)
    for (const [key, offset] of stage.written) stage.uncommitted.set(key, offset)
  }
  if (stage.committing !== undefined || stage.uncommitted.size === 0) return
  stage.committing = commitAll(stage).finally(() => {
    stage.committing = undefined
  })
}

/** Never rejects: what is not committed is mediated again after a restart, without harm. */
async function commitAll({ parts, uncommitted }: MediationStage): Promise<void> {
  for (const [key, { place, offset }] of uncommitted) {
    try {
      await parts.consumer.commit(place, offset)
      if (uncommitted.get(key)?.offset === offset) uncommitted.delete(key)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      parts.log.debug('commit_failed', { ...place, message })
    }
  }
}

async function persist<Result>(
  work: () => Promise<Result>,
  { parts }: MediationStage,
): Promise<Result> {
  let hasFailed = false
  const result = await withRetry(work, {
    policy: parts.retry ?? STORE_RETRY,
    sleep,
    signal: parts.signal,
    onFailure(error, attempt) {
      hasFailed = true
      parts.health.fail('stream', error.message)
      parts.log.warn('retry', { part: 'stream', attempt, message: error.message })
    },
  })
  if (hasFailed) parts.health.pass('stream')
  return result
}
