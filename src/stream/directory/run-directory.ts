/**
 * The directory stage: events of the topic `directory` change accounts and subscriptions, one after the
 * other. The position is committed after an event is in the operations store, so one may be applied
 * twice; the store knows it by its id and changes nothing then.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/time/clock.ts'
import type { Health } from '../../core/watch/health.ts'
import type { Log } from '../../core/watch/log.ts'
import type { AppliedEvent, ReceivedEvent } from '../../directory/events/apply-directory-event.ts'
import { STORE_RETRY, withRetry, type RetryPolicy } from '../retry.ts'
import {
  placeKey,
  type StreamAdmin,
  type StreamConsumer,
  type StreamEvent,
  type TopicPartition,
} from '../stream.ts'

export interface DirectoryStageParts {
  readonly group: string
  readonly consumer: StreamConsumer
  readonly admin: Pick<StreamAdmin, 'bounds' | 'committed'>
  readonly apply: (event: ReceivedEvent) => Promise<AppliedEvent>
  readonly clock: Clock
  readonly log: Log
  readonly health: Health
  readonly signal: AbortSignal
  readonly retry?: RetryPolicy
}

/** Longest wait for an event, so that a stop is noticed. */
const IDLE_WAIT_MS = 200

/** Runs until the signal; rejects when the stage must stop. */
export async function runDirectory(parts: DirectoryStageParts): Promise<void> {
  /** Next offset of the partitions that are ours, by `placeKey`. */
  const positions = new Map<string, number>()
  while (!parts.signal.aborted) {
    const event = await parts.consumer.next(IDLE_WAIT_MS)
    if (event !== undefined) await take(event, positions, parts)
  }
  parts.log.info('directory_drained')
}

async function take(
  event: StreamEvent,
  positions: Map<string, number>,
  parts: DirectoryStageParts,
): Promise<void> {
  const { health, log } = parts
  switch (event.kind) {
    case 'assigned':
      health.pass('stream')
      return assign(event.partitions, positions, parts)
    case 'revoked':
      for (const place of event.partitions) positions.delete(placeKey(place))
      return
    case 'failed':
      health.fail('stream', event.error.message)
      log.warn('stream_failed', { message: event.error.message })
      return
    case 'recovered':
      health.pass('stream')
      return
    case 'messages':
      return applyAll(event, positions, parts)
  }
}

async function assign(
  partitions: readonly TopicPartition[],
  positions: Map<string, number>,
  parts: DirectoryStageParts,
): Promise<void> {
  const { admin, consumer, group, log } = parts
  for (const topic of new Set(partitions.map((place) => place.topic))) {
    const committed = await persist(() => admin.committed(group, topic), 'stream', parts)
    const bounds = await persist(() => admin.bounds(topic), 'stream', parts)
    for (const place of partitions) {
      const first = bounds.find(({ partition }) => partition === place.partition)?.firstOffset ?? 0
      const start = Math.max(committed.get(place.partition) ?? 0, first)
      const offset = positions.get(placeKey(place)) ?? start
      positions.set(placeKey(place), offset)
      consumer.seek(place, offset)
      log.info('source_opened', { ...place, offset })
    }
  }
}

async function applyAll(
  { place, messages }: Extract<StreamEvent, { kind: 'messages' }>,
  positions: Map<string, number>,
  parts: DirectoryStageParts,
): Promise<void> {
  const { apply, clock, consumer, log, signal } = parts
  const key = placeKey(place)
  const start = positions.get(key)
  if (start === undefined) return // Fetched before the partition went to another worker.
  let nextOffset = start
  for (const message of messages) {
    if (message.offset < nextOffset) continue
    if (signal.aborted) break
    const received = {
      text: message.value.toString('utf8'),
      place: `${key}/${message.offset}`,
      receivedMs: clock.nowMs(),
    }
    const { eventId, type, state, detail } = await persist(
      () => apply(received),
      'operations',
      parts,
    )
    nextOffset = message.offset + 1
    positions.set(key, nextOffset)
    if (state === 'refused') log.warn('directory_event', { eventId, type, state, detail })
    else log.info('directory_event', { eventId, type, state })
  }
  if (nextOffset === start) return
  await consumer.commit(place, nextOffset).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    log.debug('commit_failed', { ...place, message: reason }) // It is committed with the next one.
  })
}

async function persist<Result>(
  work: () => Promise<Result>,
  part: 'stream' | 'operations',
  { retry, signal, health, log }: DirectoryStageParts,
): Promise<Result> {
  let hasFailed = false
  const result = await withRetry(work, {
    policy: retry ?? STORE_RETRY,
    sleep,
    signal,
    onFailure(error, attempt) {
      hasFailed = true
      health.fail(part, error.message)
      log.warn('retry', { part, attempt, message: error.message })
    },
  })
  if (hasFailed) health.pass(part)
  return result
}
