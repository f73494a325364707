/**
 * Delivers what streams are due: one request a stream at a time, and the next only after the one before
 * was taken. A stream is claimed before each request for longer than a request can take, so that no
 * recipient, however slow, lets two deliver at once. Who dies between a delivery and its note sends the
 * same bytes under the same id again.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../core/time/clock.ts'
import { findStream, type DataStream } from './data-stream.ts'
import { settleFailed, settleTaken, settleTest, type Attempt } from './settle-delivery.ts'
import { makeBatches, type BatchingParts } from './make-batches.ts'
import { noteNewReads } from './note-reads.ts'
import { postWebhook } from './post-webhook.ts'
import type { WebhookTargets } from './public-address.ts'
import { legacySignature } from './legacy-signature.ts'
import { webhookHeaders } from './sign-batch.ts'

/** Much longer than one request (ANSWER_TIMEOUT_MS) or one question to the ledger takes. */
export const STREAM_CLAIM_MS = 120_000
const STREAMS_AT_ONCE_MAX = 8
/** Streams of one round; who waits longest goes first. */
const STREAMS_PER_ROUND_MAX = 1_000
/** Requests to one stream in one round, so that a full one does not keep the others waiting. */
const TURNS_MAX = 200

export interface StreamDeliveryParts extends BatchingParts {
  readonly clock: Clock
  readonly webhookTargets?: WebhookTargets | undefined
  readonly signal?: AbortSignal | undefined
  /** For tests; ANSWER_TIMEOUT_MS. */
  readonly answerTimeoutMs?: number | undefined
}

export interface StreamReport {
  /** Batches, and the events in them. */
  readonly takenCount: number
  readonly eventsCount: number
  readonly failedCount: number
  /** Streams that were given up. */
  readonly deadCount: number
}

/** One round. Throws only when a store is unavailable. */
export async function deliverStreams(parts: StreamDeliveryParts): Promise<StreamReport> {
  await noteNewReads(parts.store, parts.clickhouse, parts.clock.nowMs())
  const report = { takenCount: 0, eventsCount: 0, failedCount: 0, deadCount: 0 }
  const rest = (await dueStreams(parts)).values()
  const lane = async (): Promise<void> => {
    for (const streamId of rest) {
      if (parts.signal?.aborted === true) return
      await deliverTests(parts, streamId)
      await deliverOne(parts, streamId, report)
    }
  }
  await Promise.all(Array.from({ length: STREAMS_AT_ONCE_MAX }, lane))
  return report
}

async function dueStreams({ store, clock }: StreamDeliveryParts): Promise<string[]> {
  const rows = await store.query(
    `SELECT stream_id FROM data_streams AS stream
     WHERE EXISTS (SELECT FROM stream_batches AS batch
         WHERE batch.stream_id = stream.stream_id AND kind = 'test')
       OR state = 'active' AND next_attempt_ms <= $1 AND claimed_until_ms <= $1 AND (
         replay IS NOT NULL
         OR EXISTS (SELECT FROM stream_batches AS batch WHERE batch.stream_id = stream.stream_id)
         OR EXISTS (SELECT FROM stream_events AS event WHERE event.stream_id = stream.stream_id)
         OR 'usage' = ANY(events) AND EXISTS (SELECT FROM stream_reads
           WHERE read_no >= next_read AND accounts @> ARRAY[owner_id]))
     ORDER BY next_attempt_ms, taken_ms, stream_id LIMIT ${STREAMS_PER_ROUND_MAX}`,
    [clock.nowMs()],
    z.object({ stream_id: z.string() }),
  )
  return rows.map(({ stream_id }) => stream_id)
}

async function deliverOne(
  parts: StreamDeliveryParts,
  streamId: string,
  report: { -readonly [Name in keyof StreamReport]: number },
): Promise<void> {
  const claimId = randomUUID()
  for (let turn = 0; turn < TURNS_MAX && parts.signal?.aborted !== true; turn++) {
    const stream = await claim(parts, streamId, claimId)
    if (stream === undefined) return
    const batch = await nextBatch(parts, streamId)
    if (batch === undefined) {
      const claimed = { claimId, nowMs: parts.clock.nowMs() }
      if (await makeBatches(parts, stream, claimed)) continue
      break
    }
    const attempt = await post(parts, stream, batch)
    if (attempt.failure === '') {
      await settleTaken(parts.store, attempt, claimId)
      report.takenCount += 1
      report.eventsCount += batch.eventCount
      continue
    }
    report.failedCount += 1
    if (await settleFailed(parts, attempt, claimId)) report.deadCount += 1
    break
  }
  await release(parts, streamId, claimId)
}

/** Undefined when it is not to be delivered now, or somebody else does it. */
async function claim(
  { store, clock }: StreamDeliveryParts,
  streamId: string,
  claimId: string,
): Promise<DataStream | undefined> {
  const claimed = await store.execute(
    `UPDATE data_streams SET claim_id = $2, claimed_until_ms = $3::bigint + ${STREAM_CLAIM_MS}
     WHERE stream_id = $1 AND state = 'active' AND next_attempt_ms <= $3::bigint
       AND (claim_id = $2 OR claimed_until_ms <= $3::bigint)`,
    [streamId, claimId, clock.nowMs()],
  )
  return claimed === 1 ? findStream(store, streamId) : undefined
}

async function release(
  { store }: StreamDeliveryParts,
  streamId: string,
  claimId: string,
): Promise<void> {
  await store.execute(
    `UPDATE data_streams SET claim_id = '', claimed_until_ms = 0 WHERE stream_id = $1 AND claim_id = $2`,
    [streamId, claimId],
  )
}

interface Batch {
  readonly batchId: string
  readonly kind: 'live' | 'replay' | 'test'
  readonly eventCount: number
  readonly eventId: string
  readonly body: string
  readonly crossingId: number | null
}

const BATCH_COLUMNS = `batch_id AS "batchId", kind, event_count AS "eventCount", event_id AS "eventId", body,
  crossing_id AS "crossingId"`
const batchRow: z.ZodType<Batch> = z.object({
  batchId: z.string(),
  kind: z.enum(['live', 'replay', 'test']),
  eventCount: z.int(),
  eventId: z.string(),
  body: z.string(),
  crossingId: z.int().nullable(),
})

async function nextBatch(
  { store }: StreamDeliveryParts,
  streamId: string,
): Promise<Batch | undefined> {
  const [batch] = await store.query(
    `SELECT ${BATCH_COLUMNS} FROM stream_batches
     WHERE stream_id = $1 AND kind <> 'test' ORDER BY batch_no LIMIT 1`,
    [streamId],
    batchRow,
  )
  return batch
}

/** Tests go at once and one time, whatever waits and whether the stream is paused. */
export async function deliverTests(parts: StreamDeliveryParts, streamId: string): Promise<void> {
  const tests = await parts.store.query(
    `DELETE FROM stream_batches WHERE stream_id = $1 AND kind = 'test' RETURNING ${BATCH_COLUMNS}`,
    [streamId],
    batchRow,
  )
  if (tests.length === 0) return
  const stream = await findStream(parts.store, streamId)
  if (stream === undefined) return
  for (const test of tests) await settleTest(parts.store, await post(parts, stream, test))
}

async function post(
  parts: StreamDeliveryParts,
  stream: DataStream,
  batch: Batch,
): Promise<Attempt> {
  const { clock, webhookTargets = 'public' } = parts
  const { body, batchId } = batch
  const atMs = clock.nowMs()
  const secrets =
    stream.previousUntilMs > atMs ? [stream.secret, stream.previousSecret] : [stream.secret]
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'tik',
    ...webhookHeaders({ batchId, atMs, body, secrets }),
    ...(stream.form === 'single' ? legacySignature({ ...batch, atMs, secret: stream.secret }) : {}),
  }
  const request = { url: stream.url, headers, body, timeoutMs: parts.answerTimeoutMs }
  const startedMs = performance.now()
  const failure = (await postWebhook(request, webhookTargets)) ?? ''
  const tookMs = Math.round(performance.now() - startedMs)
  return { stream, batch, failure, atMs, tookMs, settledMs: clock.nowMs() }
}
