/**
 * The rating stage: one owner for each partition of `usage`. One loop owns all state; the client's
 * callbacks only enqueue. Position and balances come from the ledger, never from the client, so a
 * worker that takes over goes on where the ledger ends, and one that was presumed dead is fenced.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Health } from '../../core/watch/health.ts'
import type { Log } from '../../core/watch/log.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { BatchLimits } from './batch-limits.ts'
import { withinDrainTime } from '../drain.ts'
import type { RenewableWindow } from './duplicates-of-worker.ts'
import { assign, dropPartition, reopenFenced, revoke, settleAll } from './rating-ownership.ts'
import type { RatingMetrics } from './rating-metrics.ts'
import type { RatingPartition, RatingReference, RatingTools } from './rating-partition.ts'
import { STORE_RETRY, withRetry } from '../retry.ts'
import type { RetryPolicy } from '../retry.ts'
import { placeKey } from '../stream.ts'
import type { StreamAdmin, StreamConsumer, StreamEvent } from '../stream.ts'

export interface RatingStageParts {
  readonly topic: string
  readonly consumer: StreamConsumer
  readonly admin: Pick<StreamAdmin, 'bounds'>
  readonly ledger: Ledger
  readonly duplicates: RenewableWindow
  /** The catalogue and directory of the moment: asked before each batch, replaced when it changed. */
  readonly reference: () => RatingReference
  /** Looks for newer ones first: for a usage of a subscription that was only just added. */
  readonly newestReference: () => Promise<RatingReference>
  readonly limits: BatchLimits
  readonly clock: Clock
  readonly log: Log
  readonly health: Health
  readonly metrics: RatingMetrics
  /** Aborted on SIGTERM: what was taken is finished, within a bound. */
  readonly signal: AbortSignal
  readonly retry?: RetryPolicy
  /** For simulated time. */
  readonly sleep?: (ms: number) => Promise<void>
}

/** What the loop owns. */
export interface RatingStage {
  readonly parts: RatingStageParts
  /** By `placeKey`. */
  readonly owned: Map<string, RatingPartition>
  /** How far each log goes, as was last heard; by `placeKey`. */
  readonly logEnds: Map<string, number>
  tools: RatingTools
  /** Looks for newer reference data and uses it. */
  readonly renewReference: () => Promise<void>
  /** Tries a look-up or a write again while the failure may pass; health tells of it meanwhile. */
  readonly persist: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** Longest wait for an event, so that a stop and new reference data are noticed. */
const IDLE_WAIT_MS = 200

/** Runs until the signal; rejects when the stage must stop: see the codes in src/stream/README.md. */
export async function runRating(parts: RatingStageParts): Promise<void> {
  const reference = parts.reference()
  const stage: RatingStage = {
    parts,
    owned: new Map(),
    logEnds: new Map(),
    tools: { reference, rater: reference.createRater() },
    renewReference: async () => useReference(await parts.newestReference(), stage),
    persist: (work) => persist(work, parts),
  }
  parts.health.pass('ledger')
  while (!parts.signal.aborted) {
    const event = await parts.consumer.next(waitMs(stage))
    if (event !== undefined) await take(event, stage)
    await useReference(parts.reference(), stage)
    await rateWhatIsDue(stage)
  }
  await drain(stage)
}

async function take(event: StreamEvent, stage: RatingStage): Promise<void> {
  const { health, log, metrics } = stage.parts
  switch (event.kind) {
    case 'assigned':
      health.pass('stream')
      return assign(event.partitions, stage)
    case 'revoked':
      return revoke(event.partitions, stage)
    case 'failed':
      health.fail('stream', event.error.message)
      log.warn('stream_failed', { message: event.error.message })
      return
    case 'recovered':
      health.pass('stream')
      return
    case 'messages': {
      const partition = stage.owned.get(placeKey(event.place))
      if (partition === undefined) return // Fetched before the partition went to another worker.
      partition.add(event.messages)
      stage.logEnds.set(placeKey(event.place), event.endOffset)
      metrics.lag(event.place, event.endOffset - partition.recordedOffset)
    }
  }
}

async function rateWhatIsDue(stage: RatingStage): Promise<void> {
  for (const partition of stage.owned.values()) {
    if (partition.failure !== undefined) await recover(partition, partition.failure, stage)
    else if (partition.pending.isDue(stage.parts.clock.nowMs())) await rate(partition, stage)
  }
}

async function rate(partition: RatingPartition, stage: RatingStage): Promise<void> {
  if (stage.tools.rater.isFull) stage.parts.log.info('balances_forgotten', {})
  try {
    await partition.rateBatch(settleAll(stage))
  } catch (error) {
    await recover(partition, error, stage)
  }
}

/** Only a fence is a reason to go on: another worker was right. Everything else stops the stage. */
async function recover(partition: RatingPartition, error: unknown, stage: RatingStage) {
  if (!(error instanceof TikError) || error.code !== 'ledger_fenced') throw error
  await reopenFenced(partition, stage)
}

/** A changed directory or catalogue: balances are read again, since indexes and rates may differ. */
async function useReference(reference: RatingReference, stage: RatingStage): Promise<void> {
  if (reference === stage.tools.reference) return
  await settleAll(stage)
  stage.tools = { reference, rater: reference.createRater() }
  stage.parts.log.info('reference_replaced', { catalogue: reference.catalogueHash })
}

async function drain(stage: RatingStage): Promise<void> {
  const partitions = [...stage.owned.values()]
  const work = async (): Promise<void> => {
    for (const partition of partitions) {
      try {
        while (partition.pending.rows > 0) await partition.rateBatch(settleAll(stage))
        await partition.settle()
      } catch (error) {
        if (!(error instanceof TikError) || error.code !== 'ledger_fenced') throw error
        dropPartition(partition, stage)
      }
    }
  }
  await withinDrainTime(work())
  stage.parts.log.info('rating_drained', { partitions: partitions.length })
}

function waitMs(stage: RatingStage): number {
  const nowMs = stage.parts.clock.nowMs()
  let soonest = IDLE_WAIT_MS
  for (const { pending } of stage.owned.values()) {
    soonest = Math.min(soonest, pending.dueInMs(nowMs))
  }
  return soonest
}

async function persist<Result>(
  work: () => Promise<Result>,
  parts: RatingStageParts,
): Promise<Result> {
  let failed = ''
  const result = await withRetry(work, {
    policy: parts.retry ?? STORE_RETRY,
    sleep: parts.sleep ?? sleep,
    signal: parts.signal,
    onFailure(error, attempt) {
      failed = error.code === 'stream_unavailable' ? 'stream' : 'ledger'
      parts.health.fail(failed, error.message)
      parts.log.warn('retry', { part: failed, attempt, code: error.code, message: error.message })
    },
  })
  if (failed !== '') parts.health.pass(failed)
  return result
}
