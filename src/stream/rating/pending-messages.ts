/**
 * Messages of one partition that wait for a batch, in log order without a gap. It knows the next
 * offset that it wants: what came before is skipped, what comes after is a gap.
 */
import { TikError } from '../../core/failures/errors.ts'
import { rowsOfBatch } from './batch-limits.ts'
import type { BatchLimits } from './batch-limits.ts'
import type { StreamMessage } from '../stream.ts'

export interface PendingMessages {
  /** Offset of the next message that is not here yet: where to fetch from. */
  readonly nextOffset: number
  readonly rows: number
  /** Takes what is new. Throws `stream_gap` when messages between are missing. */
  add(messages: readonly StreamMessage[], nowMs: number): void
  isDue(nowMs: number): boolean
  /** Milliseconds until a batch is due by age alone; Infinity while nothing waits. */
  dueInMs(nowMs: number): number
  /** The next batch, within the limits; empty when nothing waits. */
  take(nowMs: number): StreamMessage[]
}

export function createPendingMessages(firstOffset: number, limits: BatchLimits): PendingMessages {
  let waiting: StreamMessage[] = []
  let bytes = 0
  let nextOffset = firstOffset
  let oldestMs = 0
  let batchesCount = 0

  const dueInMs = (nowMs: number): number =>
    waiting.length === 0 ? Infinity : Math.max(0, oldestMs + limits.waitMsMax - nowMs)

  return {
    get nextOffset() {
      return nextOffset
    },
    get rows() {
      return waiting.length
    },
    add(messages, nowMs) {
      if (waiting.length === 0) oldestMs = nowMs
      for (const message of messages) {
        if (message.offset < nextOffset) continue // Fetched again after a rebalance.
        if (message.offset > nextOffset) throw gap(nextOffset, message.offset)
        waiting.push(message)
        bytes += message.value.length
        nextOffset += 1
      }
    },
    isDue: (nowMs) =>
      waiting.length >= rowsOfBatch(batchesCount, limits) ||
      bytes >= limits.bytesMax ||
      dueInMs(nowMs) === 0,
    dueInMs,
    take(nowMs) {
      const rowsMax = rowsOfBatch(batchesCount, limits)
      const count = batchSize(waiting, { ...limits, rowsMax })
      batchesCount += 1
      const batch = waiting.slice(0, count)
      waiting = waiting.slice(count)
      bytes = waiting.reduce((sum, message) => sum + message.value.length, 0)
      oldestMs = nowMs
      return batch
    },
  }
}

function batchSize(waiting: readonly StreamMessage[], limits: BatchLimits): number {
  let bytes = 0
  let count = 0
  for (const message of waiting) {
    bytes += message.value.length
    if (count > 0 && (count >= limits.rowsMax || bytes > limits.bytesMax)) break
    count += 1
  }
  return count
}

function gap(wanted: number, found: number): TikError {
  return new TikError('stream_gap', `the log has no offsets ${wanted} to ${found - 1}`, {
    hint: 'they expired or were deleted before they were recorded; see docs/scaling.md, Retention',
  })
}
