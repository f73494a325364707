/** Writes down how a request went; a stream that took nothing for days is paused, and its people are told. */
import type { Directory } from '../core/accounts/accounts.ts'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import { queueMails } from '../mail/mail-outbox.ts'
import type { DataStream } from './data-stream.ts'
import { deadStreamMails } from './dead-stream-mail.ts'
import { isGone } from './post-webhook.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Waits after the 1st, 2nd, … request that was not taken; after the last one the stream is dead. 3 days. */
export const STREAM_WAITS_MS = [
  5_000,
  30_000,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  ...Array.from({ length: 5 }, () => 12 * HOUR_MS),
]

export interface Attempt {
  readonly stream: DataStream
  readonly batch: {
    readonly batchId: string
    readonly kind: string
    readonly eventCount: number
    readonly eventId: string
    readonly crossingId: number | null
  }
  /** '' when it was taken. */
  readonly failure: string
  readonly atMs: number
  readonly tookMs: number
  readonly settledMs: number
}

/** The batch is gone with the note that it was taken. */
export async function settleTaken(
  store: OperationsStore,
  attempt: Attempt,
  claimId: string,
): Promise<void> {
  const { stream, batch, settledMs } = attempt
  await store.transaction(async (sql) => {
    await sql.execute('DELETE FROM stream_batches WHERE batch_id = $1', [batch.batchId])
    await sql.execute(
      `UPDATE data_streams SET attempts = 0, next_attempt_ms = 0, taken_ms = $3
       WHERE stream_id = $1 AND claim_id = $2`,
      [stream.streamId, claimId, settledMs],
    )
    await logAttempt(sql, attempt)
  })
}

/** Whether the stream is dead now. */
export async function settleFailed(
  parts: { readonly store: OperationsStore; readonly directory: Directory },
  attempt: Attempt,
  claimId: string,
): Promise<boolean> {
  const { stream, failure, settledMs } = attempt
  const waitMs = isGone(failure) ? undefined : STREAM_WAITS_MS[stream.attempts]
  return parts.store.transaction(async (sql) => {
    await logAttempt(sql, attempt)
    const changed = await sql.execute(
      `UPDATE data_streams SET attempts = attempts + 1, next_attempt_ms = $3::bigint,
         state = CASE WHEN $4::boolean THEN 'dead' ELSE state END,
         state_ms = CASE WHEN $4::boolean THEN $5::bigint ELSE state_ms END,
         state_reason = CASE WHEN $4::boolean THEN $6 ELSE state_reason END
       WHERE stream_id = $1 AND claim_id = $2 AND state = 'active'`,
      [
        stream.streamId,
        claimId,
        settledMs + (waitMs ?? 0),
        waitMs === undefined,
        settledMs,
        failure,
      ],
    )
    const isDead = waitMs === undefined && changed === 1
    if (isDead) {
      const told = { stream, failure, nowMs: settledMs, directory: parts.directory }
      await queueMails(sql, await deadStreamMails(sql, told))
    }
    return isDead
  })
}

/** A test changes nothing of the stream. */
export async function settleTest(sql: SqlRunner, attempt: Attempt): Promise<void> {
  await logAttempt(sql, attempt)
}

/** A stream that was deleted meanwhile has no log any more. */
async function logAttempt(sql: SqlRunner, attempt: Attempt): Promise<void> {
  const { stream, batch, failure, atMs, tookMs } = attempt
  await sql.execute(
    `INSERT INTO stream_deliveries (stream_id, batch_id, kind, event_count, attempt, at_ms, took_ms,
       failure, event_id, crossing_id)
     SELECT stream_id, $2, $3, $4, $5, $6, $7, $8, $9, $10::bigint FROM data_streams WHERE stream_id = $1`,
    [
      stream.streamId,
      batch.batchId,
      batch.kind,
      batch.eventCount,
      batch.kind === 'test' ? 1 : stream.attempts + 1,
      atMs,
      tookMs,
      failure,
      batch.eventId,
      batch.crossingId,
    ],
  )
}
