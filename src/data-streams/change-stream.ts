/** Makes, changes and ends streams. Who may, says src/app/streams. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { DataStream, StreamEvents, StreamOwner } from './data-stream.ts'
import { newStreamSecret } from './sign-batch.ts'
import { batchText } from './stream-event.ts'

export interface StreamWish {
  readonly name: string
  readonly url: string
  readonly events: readonly StreamEvents[]
  readonly seesNumbers: boolean
}

/** `secret` is told this once. */
export async function addStream(
  sql: SqlRunner,
  wish: StreamWish & StreamOwner,
  made: { readonly nextRead: number; readonly createdBy: string; readonly nowMs: number },
): Promise<{ streamId: string; secret: string }> {
  const streamId = randomUUID()
  const secret = newStreamSecret()
  await sql.execute(
    `INSERT INTO data_streams (stream_id, owner_kind, owner_id, name, url, events, sees_numbers, form,
       origin, secret, state_ms, created_ms, created_by, next_read)
     VALUES ($1, $2, $3, $4, $5, $6::text[], $7, 'batch', 'made', $8, $9, $9, $10, $11)`,
    [
      streamId,
      wish.ownerKind,
      wish.ownerId,
      wish.name,
      wish.url,
      wish.events,
      wish.seesNumbers,
      secret,
      made.nowMs,
      made.createdBy,
      made.nextRead,
    ],
  )
  return { streamId, secret }
}

/** `nextRead` where it gets usage from now on and did not before. What is in batches goes as it is. */
export async function changeStreamRow(
  sql: SqlRunner,
  streamId: string,
  wish: StreamWish & { readonly nextRead: number | undefined },
): Promise<void> {
  await sql.execute(
    `UPDATE data_streams SET name = $2, url = $3, events = $4::text[], sees_numbers = $5,
       next_read = coalesce($6::bigint, next_read),
       read_place = CASE WHEN $6::bigint IS NULL THEN read_place END
     WHERE stream_id = $1`,
    [streamId, wish.name, wish.url, wish.events, wish.seesNumbers, wish.nextRead ?? null],
  )
}

/** With everything that waits for it. */
export async function removeStream(sql: SqlRunner, streamId: string): Promise<void> {
  await sql.execute('DELETE FROM data_streams WHERE stream_id = $1', [streamId])
}

export async function pauseStreamRow(
  sql: SqlRunner,
  streamId: string,
  { reason, nowMs }: { reason: string; nowMs: number },
): Promise<void> {
  await sql.execute(
    `UPDATE data_streams SET state = 'paused', state_ms = $2, state_reason = $3
     WHERE stream_id = $1 AND state = 'active'`,
    [streamId, nowMs, reason],
  )
}

/** At once, from where it stood. */
export async function resumeStreamRow(
  sql: SqlRunner,
  streamId: string,
  nowMs: number,
): Promise<void> {
  await sql.execute(
    `UPDATE data_streams SET state = 'active', state_ms = $2, state_reason = '', attempts = 0,
       next_attempt_ms = 0
     WHERE stream_id = $1`,
    [streamId, nowMs],
  )
}

/** The one before signs too until `overlapUntilMs`. */
export async function rotateSecretRow(
  sql: SqlRunner,
  streamId: string,
  overlapUntilMs: number,
): Promise<string> {
  const secret = newStreamSecret()
  await sql.execute(
    `UPDATE data_streams SET previous_secret = secret, previous_until_ms = $3, secret = $2
     WHERE stream_id = $1`,
    [streamId, secret, overlapUntilMs],
  )
  return secret
}

/** A replay that is in hand already begins again, from the earlier moment. */
export async function askReplayRow(
  sql: SqlRunner,
  streamId: string,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Promise<void> {
  await sql.execute(
    `UPDATE data_streams SET replay = jsonb_build_object(
       'fromMs', least($2::bigint, (replay->>'fromMs')::bigint), 'untilMs', $3::bigint,
       'after', NULL, 'afterCrossing', 0)
     WHERE stream_id = $1`,
    [streamId, fromMs, untilMs],
  )
}

/** An event of nothing, which goes out at once whatever waits. Returns the id of its delivery. */
export async function queueTest(
  sql: SqlRunner,
  stream: DataStream,
  nowMs: number,
): Promise<string> {
  const batchId = `msg_test_${randomUUID()}`
  const head = { type: 'stream.test', number: 0, isReplay: false, atMs: nowMs } as const
  await sql.execute(
    `INSERT INTO stream_batches (batch_id, stream_id, kind, batch_no, event_count, event_id, body, made_ms)
     VALUES ($1, $2, 'test', 0, 0, $1, $3, $4)`,
    [batchId, stream.streamId, batchText(stream, head, []), nowMs],
  )
  return batchId
}

export interface StreamDelivery {
  readonly deliveryNo: number
  readonly batchId: string
  readonly kind: string
  readonly eventCount: number
  readonly attempt: number
  readonly atMs: number
  readonly tookMs: number
  /** '' when it was taken. */
  readonly failure: string
}

/** Newest first. */
export function listDeliveries(
  sql: SqlRunner,
  streamId: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<StreamDelivery[]> {
  return sql.query(
    `SELECT delivery_no AS "deliveryNo", batch_id AS "batchId", kind, event_count AS "eventCount",
       attempt, at_ms AS "atMs", took_ms AS "tookMs", failure
     FROM stream_deliveries WHERE stream_id = $1 AND ($2::bigint IS NULL OR delivery_no < $2)
     ORDER BY delivery_no DESC LIMIT $3`,
    [streamId, page.before ?? null, page.limit],
    deliveryRow,
  )
}

const deliveryRow = z.object({
  deliveryNo: z.int(),
  batchId: z.string(),
  kind: z.string(),
  eventCount: z.int(),
  attempt: z.int(),
  atMs: z.int(),
  tookMs: z.int(),
  failure: z.string(),
})
