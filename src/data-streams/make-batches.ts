/**
 * Makes the next batches of a stream, in one transaction with where it stands: what is in a batch is
 * never read again, and what was read is in a batch. A replay goes before everything else, then events
 * that wait, then usage. The ledger is asked before the transaction begins; who lost its claim meanwhile
 * writes nothing.
 */
import { z } from 'zod'
import type { Directory } from '../core/accounts/accounts.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import type { DataStream, WantedReplay, UsagePlace } from './data-stream.ts'
import type { LogRange } from './note-reads.ts'
import { readLiveUsage, readReplayedUsage, type StreamedUsage } from './read-usage.ts'
import { batchText, otherEventText, usageEventText, type EventText } from './stream-event.ts'

/** In one request. */
export const EVENTS_PER_BATCH_MAX = 500
export const BATCH_BYTES_MAX = 512 * 1_024
/** Events that are made into batches at once. */
const EVENTS_PER_FILL_MAX = 2_000

export interface BatchingParts {
  readonly store: OperationsStore
  readonly clickhouse: ClickHouseStore
  readonly directory: Directory
  /** Limit events of an account that were noted in a time, for replays. */
  readonly crossedEvents: CrossedEvents
}

export type CrossedEvents = (
  sql: SqlRunner,
  accountId: string,
  noted: {
    readonly fromMs: number
    readonly untilMs: number
    readonly afterCrossing: number
    readonly limit: number
  },
) => Promise<{ id: string; type: string; payload: string; crossingId: number }[]>

/** Returns false when there is nothing to be sent, or the stream is somebody else's now. */
export async function makeBatches(
  parts: BatchingParts,
  stream: DataStream,
  claim: { readonly claimId: string; readonly nowMs: number },
): Promise<boolean> {
  const step = await nextStep(parts, stream)
  if (step === undefined) return false
  return parts.store.transaction(async (sql) => {
    const batches = batchesOf(step.events, stream.form)
    if (!(await moveOn(sql, stream, step, batches.length, claim))) return false
    for (const [index, events] of batches.entries()) {
      await insertBatch(sql, stream, { ...step, ...claim }, events, index + 1)
    }
    if (step.eventNos.length > 0) {
      await sql.execute('DELETE FROM stream_events WHERE event_no = ANY($1::bigint[])', [
        step.eventNos,
      ])
    }
    return true
  })
}

/** What is sent next, and where the stream stands then. It can be nothing but a move. */
interface Step {
  readonly kind: 'live' | 'replay'
  readonly events: readonly EventText[]
  /** Waiting events that are in it. */
  readonly eventNos: readonly number[]
  readonly nextRead: number
  readonly readPlace: UsagePlace | undefined
  readonly replay: WantedReplay | undefined
}

async function nextStep(parts: BatchingParts, stream: DataStream): Promise<Step | undefined> {
  if (stream.replay !== undefined) return replayStep(parts, stream, stream.replay)
  const waiting = await parts.store.query(
    `SELECT event_no, event_id, event_type, payload, crossing_id FROM stream_events WHERE stream_id = $1
     ORDER BY event_no LIMIT ${EVENTS_PER_FILL_MAX}`,
    [stream.streamId],
    waitingRow,
  )
  if (waiting.length > 0) {
    return {
      ...stand(stream),
      kind: 'live',
      events: waiting.map((row) => ({
        ...eventText(stream, row.event_id, row.event_type, row.payload),
        crossingId: row.crossing_id ?? undefined,
      })),
      eventNos: waiting.map(({ event_no }) => event_no),
    }
  }
  return stream.events.includes('usage') ? usageStep(parts, stream) : undefined
}

const waitingRow = z.object({
  event_no: z.int(),
  event_id: z.string(),
  event_type: z.string(),
  payload: z.string(),
  crossing_id: z.int().nullable(),
})

/** An alert webhook gets the event alone. */
function eventText(stream: DataStream, id: string, type: string, payload: string): EventText {
  return stream.form === 'single' ? { id, text: payload } : otherEventText({ id, type, payload })
}

function stand({ nextRead, readPlace, replay }: DataStream) {
  return { nextRead, readPlace, replay }
}

async function usageStep(parts: BatchingParts, stream: DataStream): Promise<Step | undefined> {
  const [read] = await parts.store.query(
    `SELECT read_no, recorded_from_ms, ranges FROM stream_reads
     WHERE read_no >= $1 AND accounts @> ARRAY[$2::text] ORDER BY read_no LIMIT 1`,
    [stream.nextRead, stream.ownerId],
    readRow,
  )
  if (read === undefined) return undefined
  // A place is of the read that the stream stands at.
  const after = read.read_no === stream.nextRead ? stream.readPlace : undefined
  const found = await readLiveUsage(parts.clickhouse, wantedOf(parts, stream, after), {
    ranges: read.ranges,
    recordedFromMs: read.recorded_from_ms,
  })
  const isMore = found.length === EVENTS_PER_FILL_MAX
  return {
    kind: 'live',
    events: found.map((usage) => usageEventText(usage, stream.seesNumbers)),
    eventNos: [],
    nextRead: isMore ? read.read_no : read.read_no + 1,
    readPlace: isMore ? found.at(-1)?.place : undefined,
    replay: undefined,
  }
}

const readRow = z.object({
  read_no: z.int(),
  recorded_from_ms: z.int(),
  ranges: z.array(z.object({ partition: z.string(), next: z.int(), last: z.int() })),
}) satisfies z.ZodType<{ ranges: LogRange[] }>

async function replayStep(
  parts: BatchingParts,
  stream: DataStream,
  replay: WantedReplay,
): Promise<Step | undefined> {
  const step = { ...stand(stream), kind: 'replay', eventNos: [] } as const
  if (replay.afterCrossing !== null) {
    const wanted = { ...replay, afterCrossing: replay.afterCrossing, limit: EVENTS_PER_FILL_MAX }
    const crossed = stream.events.includes('limits')
      ? await parts.crossedEvents(parts.store, stream.ownerId, wanted)
      : []
    const last = crossed.length === EVENTS_PER_FILL_MAX ? crossed.at(-1)?.crossingId : undefined
    return {
      ...step,
      events: crossed.map(({ id, type, payload }) => eventText(stream, id, type, payload)),
      replay: { ...replay, afterCrossing: last ?? null },
    }
  }
  const found: StreamedUsage[] = stream.events.includes('usage')
    ? await readReplayedUsage(
        parts.clickhouse,
        wantedOf(parts, stream, replay.after ?? undefined),
        replay,
      )
    : []
  const last = found.length === EVENTS_PER_FILL_MAX ? found.at(-1) : undefined
  return {
    ...step,
    events: found.map((usage) => usageEventText(usage, stream.seesNumbers)),
    replay: last === undefined ? undefined : { ...replay, after: last.place },
  }
}

function wantedOf({ directory }: BatchingParts, stream: DataStream, after: UsagePlace | undefined) {
  const timeZone = directory.accounts.get(stream.ownerId)?.timeZone ?? 'UTC'
  return { accountId: stream.ownerId, timeZone, after, limit: EVENTS_PER_FILL_MAX }
}

/** In order; each within both bounds, an event that is larger alone. */
export function batchesOf(events: readonly EventText[], form: DataStream['form']): EventText[][] {
  const eventsMax = form === 'single' ? 1 : EVENTS_PER_BATCH_MAX
  const batches: EventText[][] = []
  let bytes = 0
  for (const event of events) {
    const size = Buffer.byteLength(event.text) + 1
    const last = batches.at(-1)
    if (last === undefined || last.length >= eventsMax || bytes + size > BATCH_BYTES_MAX) {
      batches.push([event])
      bytes = size
    } else {
      last.push(event)
      bytes += size
    }
  }
  return batches
}

/** Nothing while somebody else has the stream, or a person asked for a replay meanwhile. */
async function moveOn(
  sql: SqlRunner,
  stream: DataStream,
  { nextRead, readPlace, replay }: Step,
  batchesCount: number,
  { claimId, nowMs }: { claimId: string; nowMs: number },
): Promise<boolean> {
  const changed = await sql.execute(
    `UPDATE data_streams SET next_read = $4, read_place = $5::jsonb, replay = $6::jsonb,
       batch_count = batch_count + $7
     WHERE stream_id = $1 AND claim_id = $2 AND claimed_until_ms > $3::bigint
       AND replay IS NOT DISTINCT FROM $8::jsonb AND batch_count = $9`,
    [
      stream.streamId,
      claimId,
      nowMs,
      nextRead,
      jsonOrNull(readPlace),
      jsonOrNull(replay),
      batchesCount,
      jsonOrNull(stream.replay),
      stream.batchCount,
    ],
  )
  return changed === 1
}

function jsonOrNull(value: UsagePlace | WantedReplay | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

async function insertBatch(
  sql: SqlRunner,
  stream: DataStream,
  { kind, nowMs }: { kind: Step['kind']; nowMs: number },
  events: readonly EventText[],
  nth: number,
): Promise<void> {
  const number = stream.batchCount + nth
  const [first] = events
  const body =
    stream.form === 'single'
      ? (first?.text ?? '')
      : batchText(
          stream,
          { type: 'stream.batch', number, isReplay: kind === 'replay', atMs: nowMs },
          events,
        )
  await sql.execute(
    `INSERT INTO stream_batches (batch_id, stream_id, kind, batch_no, event_count, event_id, body, made_ms,
       crossing_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      `msg_${stream.streamId}_${number}`,
      stream.streamId,
      kind,
      number,
      events.length,
      stream.form === 'single' ? (first?.id ?? '') : '',
      body,
      nowMs,
      stream.form === 'single' ? (first?.crossingId ?? null) : null,
    ],
  )
}
