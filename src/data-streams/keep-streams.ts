/**
 * What keeps the tables of streams small: reads that every stream has behind it, deliveries of more than a
 * month ago, events that a paused stream never got. A stream that stood still for longer than reads are kept gets what it missed as a replay.
 */
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'

const DAY_MS = 86_400_000
export const READS_KEPT_MS = 30 * DAY_MS
export const DELIVERIES_KEPT_MS = 30 * DAY_MS
/** Limit events that wait for a stream which nobody resumes; a replay brings them. */
export const EVENTS_KEPT_MS = 90 * DAY_MS

export async function pruneStreams(store: OperationsStore, nowMs: number): Promise<void> {
  await store.transaction(async (sql) => {
    await turnMissedIntoReplay(sql, nowMs)
    await skipWhatIsOfOthers(sql)
    await sql.execute(
      `DELETE FROM stream_reads WHERE read_no < coalesce(
         (SELECT min(next_read) FROM data_streams WHERE 'usage' = ANY(events)), 0)`,
    )
  })
  await store.execute('DELETE FROM stream_events WHERE queued_ms < $1', [nowMs - EVENTS_KEPT_MS])
  await store.execute('DELETE FROM stream_deliveries WHERE at_ms < $1', [
    nowMs - DELIVERIES_KEPT_MS,
  ])
}

/** From the earliest moment of what it was not given; what it had of that is there again, marked. */
async function turnMissedIntoReplay(sql: SqlRunner, nowMs: number): Promise<void> {
  await sql.execute(
    `UPDATE data_streams AS stream SET
       next_read = missed.last_read + 1, read_place = NULL,
       replay = jsonb_build_object('fromMs', least(missed.from_ms, (replay->>'fromMs')::bigint),
         'untilMs', $2::bigint, 'after', NULL, 'afterCrossing', NULL)
     FROM (SELECT behind.stream_id, max(read_no) AS last_read, min(recorded_from_ms) AS from_ms
       FROM data_streams AS behind JOIN stream_reads ON read_no >= next_read
         AND accounts @> ARRAY[owner_id]
       WHERE 'usage' = ANY(events)
       GROUP BY behind.stream_id HAVING min(read_ms) < $1) AS missed
     WHERE missed.stream_id = stream.stream_id`,
    [nowMs - READS_KEPT_MS, nowMs],
  )
}

/** A stream whose account has no usage in what lies ahead stands at the end of it. */
async function skipWhatIsOfOthers(sql: SqlRunner): Promise<void> {
  await sql.execute(
    `UPDATE data_streams SET next_read = (SELECT max(read_no) + 1 FROM stream_reads), read_place = NULL
     WHERE next_read <= (SELECT max(read_no) FROM stream_reads)
       AND NOT EXISTS (SELECT FROM stream_reads
         WHERE read_no >= next_read AND accounts @> ARRAY[owner_id])`,
  )
}
