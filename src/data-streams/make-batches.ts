/**
 * Makes the next batches of a stream, in one transaction with where it stands: what is in a batch is
 * never read again, and what was read is in a batch. A replay goes before everything else, then events
 * that wait, then usage. The ledger is asked before the transaction begins; who lost its claim meanwhile
 * writes nothing.
 */
import type { Directory } from '../core/accounts/accounts.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import type { DataStream, WantedReplay, UsagePlace } from './data-stream.ts'
import { readLiveUsage, readReplayedUsage, type StreamedUsage } from './read-usage.ts'
import { storeStep, type Step } from './store-batches.ts'
import { otherEventText, usageEventText, type EventText } from './stream-event.ts'
import { nextReadOf, waitingEvents } from './what-waits.ts'

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
  const batches = batchesOf(step.events, stream.form)
  return parts.store.transaction((sql) => storeStep(sql, stream, { step, batches, claim }))
}

async function nextStep(parts: BatchingParts, stream: DataStream): Promise<Step | undefined> {
  if (stream.replay !== undefined) return replayStep(parts, stream, stream.replay)
  const waiting = await waitingEvents(parts.store, stream.streamId, EVENTS_PER_FILL_MAX)
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

/** An alert webhook gets the event alone. */
function eventText(stream: DataStream, id: string, type: string, payload: string): EventText {
  return stream.form === 'single' ? { id, text: payload } : otherEventText({ id, type, payload })
}

function stand({ nextRead, readPlace, replay }: DataStream) {
  return { nextRead, readPlace, replay }
}

async function usageStep(parts: BatchingParts, stream: DataStream): Promise<Step | undefined> {
  const read = await nextReadOf(parts.store, stream)
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
