/**
 * One partition of `usage` while this worker owns it: what waits, the balances in memory, and the
 * write that is under way. At most one write at a time; rating runs ahead of it by one batch.
 */
import type { Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { LogPartition } from '../../core/usage/ledger-row.ts'
import type { Usage } from '../../core/usage/usage.ts'
import type { DuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import type { Ledger, LedgerBatch } from '../../ledger/ledger.ts'
import { processBatch } from '../../pipeline.ts'
import type { Tally } from '../../pipeline.ts'
import type { Rater } from '../../rating/rater.ts'
import type { BatchLimits } from './batch-limits.ts'
import { createPendingMessages } from './pending-messages.ts'
import type { PendingMessages } from './pending-messages.ts'
import type { StreamMessage } from '../stream.ts'
import { fromUsageMessage, namesUnknown } from '../message/usage-message.ts'
import type { UsageIndexes } from '../message/usage-message.ts'

/** One catalogue and one directory; another object when either changed. */
export interface RatingReference {
  readonly catalogueHash: string
  readonly indexes: UsageIndexes
  /** A rater without balances: they are read from the ledger as accounts are met. */
  createRater(): Rater
}

/** What all partitions of a worker rate with; replaced as a whole, and only between batches. */
export interface RatingTools {
  readonly reference: RatingReference
  readonly rater: Rater
}

export interface RatingPartitionParts {
  readonly log: LogPartition
  /** The offset after the last one in the ledger. */
  readonly firstOffset: number
  readonly tools: () => RatingTools
  readonly ledger: Ledger
  readonly duplicates: DuplicateWindow
  readonly limits: BatchLimits
  readonly clock: Clock
  readonly persist: <Result>(work: () => Promise<Result>) => Promise<Result>
  readonly onRecorded: (batch: RecordedBatch) => void
  /** Looks for newer reference data, for a batch that names what the present one does not know. */
  readonly renewReference: () => Promise<void>
}

export interface RecordedBatch {
  readonly nextOffset: number
  readonly rows: number
  readonly tally: Tally
  readonly rateMs: number
  readonly recordMs: number
}

export interface RatingPartition {
  readonly log: LogPartition
  readonly pending: PendingMessages
  /** The offset after the last one that is known to be in the ledger. */
  readonly recordedOffset: number
  /** What the last write threw, if it threw. */
  readonly failure: TikError | undefined
  add(messages: readonly StreamMessage[]): void
  /**
   * Rates one batch and starts its write, after the write before it is done. `otherWrites` are
   * awaited when the ledger is asked for duplicates, and before the rater, which all partitions
   * share, forgets its balances.
   */
  rateBatch(otherWrites: Promise<unknown>): Promise<void>
  /** Resolves when the last write is done; throws what it threw. */
  settle(): Promise<void>
}

export function createRatingPartition(parts: RatingPartitionParts): RatingPartition {
  const { log, ledger, duplicates, limits, clock, persist } = parts
  const pending = createPendingMessages(parts.firstOffset, limits)
  let ratedOffset = parts.firstOffset
  let recordedOffset = parts.firstOffset
  let settled = Promise.resolve()
  let failure: TikError | undefined

  async function record(encoded: LedgerBatch, rated: { tally: Tally; rateMs: number }) {
    const startMs = clock.nowMs()
    const rows = encoded.rowsCount
    const nextOffset = encoded.firstOffset + rows
    await persist(() => ledger.record(encoded))
    recordedOffset = nextOffset
    parts.onRecorded({ nextOffset, rows, recordMs: clock.nowMs() - startMs, ...rated })
  }

  async function toUsages(messages: readonly StreamMessage[]): Promise<Usage[]> {
    const read = () =>
      messages.map((one) => fromUsageMessage(one, log, parts.tools().reference.indexes))
    const usages = read()
    if (!usages.some(namesUnknown)) return usages
    await parts.renewReference()
    return read()
  }

  return {
    log,
    pending,
    get recordedOffset() {
      return recordedOffset
    },
    get failure() {
      return failure
    },
    add: (messages) => pending.add(messages, clock.nowMs()),
    async rateBatch(otherWrites) {
      const recordedMs = clock.nowMs()
      const messages = pending.take(recordedMs)
      if (messages.length === 0) return
      const usages = await toUsages(messages)
      const batch = { log, firstOffset: ratedOffset, usages, recordedMs }
      const { rater, reference } = parts.tools()
      const tools = { ledger, rater, duplicates, catalogueHash: reference.catalogueHash }
      const written = Promise.all([settled, otherWrites]).then(() => undefined)
      written.catch(() => undefined) // Its failure is `settled`'s, which is awaited below.
      const { encoded, tally } = await persist(() => processBatch(batch, tools, written))
      const rateMs = clock.nowMs() - recordedMs
      await settled
      ratedOffset += usages.length
      settled = record(encoded, { tally, rateMs })
      settled.catch((error: unknown) => {
        failure = toTikError(error)
      })
    },
    settle: () => settled,
  }
}

function toTikError(error: unknown): TikError {
  if (error instanceof TikError) return error
  return new TikError('ledger_rejected', `recording a batch failed: ${String(error)}`, {
    cause: error,
  })
}
