/** Puts events under the streams that want them, in the transaction of what they tell. */
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { StreamEvents, StreamOwner } from './data-stream.ts'

export interface QueuedEvent extends StreamOwner {
  readonly eventId: string
  readonly eventType: string
  /** JSON. */
  readonly payload: string
  /** What it tells of, where that is a crossing. */
  readonly crossingId?: number
}

export async function queueStreamEvents(
  sql: SqlRunner,
  kind: StreamEvents,
  events: readonly QueuedEvent[],
  nowMs: number,
): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event) => ({
    owner_kind: event.ownerKind,
    owner_id: event.ownerId,
    event_id: event.eventId,
    event_type: event.eventType,
    payload: event.payload,
    crossing_id: event.crossingId,
  }))
  await sql.execute(
    `INSERT INTO stream_events (stream_id, event_id, event_type, payload, queued_ms, crossing_id)
     SELECT stream_id, event_id, event_type, payload, $3::bigint, crossing_id
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (owner_kind text, owner_id text, event_id text,
       event_type text, payload text, crossing_id bigint)) WITH ORDINALITY
       AS event (owner_kind, owner_id, event_id, event_type, payload, crossing_id, place)
     JOIN data_streams AS stream USING (owner_kind, owner_id)
     WHERE $2 = ANY(stream.events) ORDER BY place, stream_id`,
    [JSON.stringify(rows), kind, nowMs],
  )
}
