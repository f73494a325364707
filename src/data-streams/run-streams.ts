/**
 * Delivery of streams as a service, beside the mails: no recipient, however slow, delays a mail. A store
 * that is away is waited for; every round goes on from what the stores hold.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Directory } from '../core/accounts/accounts.ts'
import { TikError } from '../core/failures/errors.ts'
import type { Log } from '../core/watch/log.ts'
import type { Metrics } from '../core/watch/metrics.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { deliverStreams, type StreamDeliveryParts, type StreamReport } from './deliver-streams.ts'
import { pruneStreams } from './keep-streams.ts'

const ROUND_INTERVAL_MS = 1_000
/** After a round that failed. */
const RETRY_INTERVAL_MS = 5_000
const PRUNE_INTERVAL_MS = 3_600_000

export interface StreamServiceParts extends Omit<StreamDeliveryParts, 'directory' | 'signal'> {
  /** The newest snapshot. */
  reference(): { readonly directory: Directory }
  readonly log: Log
  readonly metrics: Metrics
  readonly signal: AbortSignal
}

/** Resolves when the signal came and the round in hand is done. Throws what trying again cannot mend. */
export async function runStreams(parts: StreamServiceParts): Promise<void> {
  const { signal, log, store, clock } = parts
  const metrics = streamMetrics(parts.metrics)
  let prunedMs = 0
  while (!signal.aborted) {
    let waitMs = ROUND_INTERVAL_MS
    try {
      const { directory } = parts.reference()
      metrics.round(
        await deliverStreams({ ...parts, directory }),
        await backlog(store, clock.nowMs()),
      )
      if (clock.nowMs() - prunedMs > PRUNE_INTERVAL_MS) {
        await pruneStreams(store, clock.nowMs())
        prunedMs = clock.nowMs()
      }
    } catch (error) {
      if (!(error instanceof TikError) || !error.retryable) throw error
      log.warn('streams_delayed', { code: error.code, message: error.message })
      waitMs = RETRY_INTERVAL_MS
    }
    await sleep(waitMs, undefined, { signal }).catch(() => {}) // Stopped while it waits.
  }
}

interface Backlog {
  readonly activeCount: number
  readonly deadCount: number
  readonly batchesCount: number
  readonly oldestSeconds: number
}

async function backlog(store: OperationsStore, nowMs: number): Promise<Backlog> {
  const [row] = await store.query(
    `SELECT count(*) FILTER (WHERE state = 'active')::int AS "activeCount",
       count(*) FILTER (WHERE state = 'dead')::int AS "deadCount",
       (SELECT count(*) FROM stream_batches)::int AS "batchesCount",
       (SELECT min(made_ms) FROM stream_batches) AS "oldestMs"
     FROM data_streams`,
    [],
    z.object({
      activeCount: z.int(),
      deadCount: z.int(),
      batchesCount: z.int(),
      oldestMs: z.int().nullable(),
    }),
  )
  const { oldestMs = null, ...counts } = row ?? {
    activeCount: 0,
    deadCount: 0,
    batchesCount: 0,
  }
  return {
    ...counts,
    oldestSeconds: oldestMs === null ? 0 : Math.max(0, nowMs - oldestMs) / 1_000,
  }
}

function streamMetrics(metrics: Metrics) {
  const batches = metrics.counter('tik_stream_batches_total', 'Requests to streams, by outcome')
  const events = metrics.counter('tik_stream_events_total', 'Events that streams took')
  const active = metrics.gauge('tik_streams_active', 'Streams that are delivered')
  const dead = metrics.gauge(
    'tik_streams_dead',
    'Streams that were paused because nothing was taken',
  )
  const waiting = metrics.gauge('tik_stream_batches_waiting', 'Batches that were not taken yet')
  const oldest = metrics.gauge('tik_stream_batches_oldest_seconds', 'Age of the oldest of them')
  return {
    round(report: StreamReport, now: Backlog): void {
      batches.add(report.takenCount, { outcome: 'taken' })
      batches.add(report.failedCount, { outcome: 'failed' })
      events.add(report.eventsCount)
      active.set(now.activeCount)
      dead.set(now.deadCount)
      waiting.set(now.batchesCount)
      oldest.set(now.oldestSeconds)
    },
  }
}
