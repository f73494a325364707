/** What waits for a stream, as it is stored: events that are in no batch, and the next read of the ledger. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { DataStream } from './data-stream.ts'

/** The oldest first. */
export function waitingEvents(sql: SqlRunner, streamId: string, max: number) {
  return sql.query(
    `SELECT event_no, event_id, event_type, payload, crossing_id FROM stream_events
     WHERE stream_id = $1 ORDER BY event_no LIMIT $2`,
    [streamId, max],
    z.object({
      event_no: z.int(),
      event_id: z.string(),
      event_type: z.string(),
      payload: z.string(),
      crossing_id: z.int().nullable(),
    }),
  )
}

/** The first that has usage of its account and that it was not given whole. */
export async function nextReadOf(sql: SqlRunner, { nextRead, ownerId }: DataStream) {
  const [read] = await sql.query(
    `SELECT read_no, recorded_from_ms, ranges FROM stream_reads
     WHERE read_no >= $1 AND accounts @> ARRAY[$2::text] ORDER BY read_no LIMIT 1`,
    [nextRead, ownerId],
    z.object({
      read_no: z.int(),
      recorded_from_ms: z.int(),
      ranges: z.array(z.object({ partition: z.string(), next: z.int(), last: z.int() })),
    }),
  )
  return read
}
