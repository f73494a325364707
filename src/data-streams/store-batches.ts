/** Writes batches of a stream with where it stands then: all of it, or nothing where somebody else has it. */
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { DataStream, WantedReplay, UsagePlace } from './data-stream.ts'
import { batchText, type EventText } from './stream-event.ts'

/** Call it in a transaction. Returns false where nothing was written. */
export async function storeStep(
  sql: SqlRunner,
  stream: DataStream,
  {
    step,
    batches,
    claim,
  }: {
    readonly step: Step
    readonly batches: readonly (readonly EventText[])[]
    readonly claim: { readonly claimId: string; readonly nowMs: number }
  },
): Promise<boolean> {
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
}

/** What is sent next, and where the stream stands then. It can be nothing but a move. */
export interface Step {
  readonly kind: 'live' | 'replay'
  readonly events: readonly EventText[]
  /** Waiting events that are in it. */
  readonly eventNos: readonly number[]
  readonly nextRead: number
  readonly readPlace: UsagePlace | undefined
  readonly replay: WantedReplay | undefined
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
