/**
 * The alerts stage as a service: one round after the other until it is stopped. A store or a stream
 * that is away makes it wait and try again; nothing is lost, because every round goes on from what
 * the stores hold.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import type { Clock } from '../core/time/clock.ts'
import { TikError } from '../core/failures/errors.ts'
import type { Health } from '../core/watch/health.ts'
import type { Log } from '../core/watch/log.ts'
import type { Metrics } from '../core/watch/metrics.ts'
import { dispatchAlerts, type AlertParts, type DispatchReport } from './dispatch-alerts.ts'
import { outboxBacklog } from '../mail/mail-outbox.ts'
import {
  markPublished,
  markRequestsPublished,
  unpublishedAlerts,
  unpublishedRequests,
  type PublishedMessage,
} from './publish-alerts.ts'

/** A crossing waits for its round at most this long, on top of the minute of its user. */
const ROUND_INTERVAL_MS = 1_000
/** After a round that failed. */
const RETRY_INTERVAL_MS = 5_000
/** Reads of the unpublished events in one round. */
const PUBLISH_READS_MAX = 20

export interface AlertServiceParts extends Omit<
  AlertParts,
  'catalogue' | 'directory' | 'flush' | 'signal'
> {
  /** The newest snapshot; it may be another one in each round. */
  reference(): { readonly catalogue: Catalogue; readonly directory: Directory }
  /** Hands events to the stream; resolves when it has them. Absent without a stream. */
  readonly publish?: ((messages: readonly PublishedMessage[]) => Promise<void>) | undefined
  readonly log: Log
  readonly health: Health
  readonly metrics: Metrics
  readonly signal: AbortSignal
}

/** Resolves when the signal came and the round in hand is done. Throws what trying again cannot mend. */
export async function runAlerts(parts: AlertServiceParts): Promise<void> {
  const { signal, log, health } = parts
  const metrics = alertMetrics(parts.metrics)
  while (!signal.aborted) {
    let waitMs = ROUND_INTERVAL_MS
    try {
      const report = await dispatchAlerts({ ...parts, ...parts.reference() })
      await publishAll(parts)
      await publishRequests(parts)
      metrics.round(report, await outboxBacklog(parts.store), parts.clock)
      if (report.crossingsCount > 0) log.info('alerts_dispatched', summary(report))
      health.pass('alerts')
    } catch (error) {
      if (!(error instanceof TikError) || !error.retryable) throw error
      health.fail('alerts', error.message)
      log.warn('alerts_delayed', { code: error.code, message: error.message })
      waitMs = RETRY_INTERVAL_MS
    }
    await sleep(waitMs, undefined, { signal }).catch(() => {}) // Stopped while it waits.
  }
}

async function publishAll(parts: AlertServiceParts): Promise<void> {
  if (parts.publish === undefined) return
  for (let read = 0; read < PUBLISH_READS_MAX; read++) {
    const { messages, crossingIds } = await unpublishedAlerts(parts.store, parts.reference())
    if (crossingIds.length === 0) return
    await parts.publish(messages)
    await markPublished(parts.store, crossingIds, parts.clock.nowMs())
  }
}

async function publishRequests(parts: AlertServiceParts): Promise<void> {
  const { publish, store, clock } = parts
  if (publish === undefined) return
  const { messages, requestIds } = await unpublishedRequests(store, parts.reference())
  if (requestIds.length === 0) return
  await publish(messages)
  await markRequestsPublished(store, requestIds, clock.nowMs())
}

function summary(report: DispatchReport) {
  const { crossingsCount, mailsQueuedCount, sentCount, delayedCount, refusedCount } = report
  return { crossingsCount, mailsQueuedCount, sentCount, delayedCount, refusedCount }
}

function alertMetrics(metrics: Metrics) {
  const crossings = metrics.counter('tik_crossings_total', 'Limit levels that were crossed')
  const mails = metrics.counter('tik_mails_total', 'Attempts to send a mail, by outcome')
  const waiting = metrics.gauge('tik_mails_waiting', 'Mails in the outbox')
  const failed = metrics.gauge('tik_mails_failed', 'Mails that were given up')
  const oldest = metrics.gauge('tik_mails_oldest_seconds', 'Age of the oldest mail that waits')
  return {
    round(
      report: DispatchReport,
      backlog: Awaited<ReturnType<typeof outboxBacklog>>,
      clock: Clock,
    ): void {
      crossings.add(report.crossingsCount)
      mails.add(report.sentCount, { outcome: 'sent' })
      mails.add(report.delayedCount, { outcome: 'delayed' })
      mails.add(report.refusedCount, { outcome: 'refused' })
      waiting.set(backlog.queuedCount)
      failed.set(backlog.failedCount)
      const { oldestMs } = backlog
      oldest.set(oldestMs === undefined ? 0 : Math.max(0, clock.nowMs() - oldestMs) / 1_000)
    },
  }
}
