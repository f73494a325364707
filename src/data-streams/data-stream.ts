/**
 * A data stream: an endpoint of an account or a partner that gets events as they come, in order, signed.
 * What it gets, how far it was given the ledger and how its deliveries go is one row of data_streams.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

/** `usage`: as it is rated; `limits`: levels that were crossed; `requests`: blocks that a partner is asked for. */
export const STREAM_EVENTS = ['usage', 'limits', 'requests'] as const
export type StreamEvents = (typeof STREAM_EVENTS)[number]

/** `paused` by a person; `dead`: by tik, because nothing was taken for days. */
export const STREAM_STATES = ['active', 'paused', 'dead'] as const
export type StreamState = (typeof STREAM_STATES)[number]

export interface StreamOwner {
  readonly ownerKind: 'account' | 'partner'
  readonly ownerId: string
}

export interface DataStream extends StreamOwner {
  readonly streamId: string
  readonly name: string
  readonly url: string
  readonly events: readonly StreamEvents[]
  /** Whether it shows the number of the other party. */
  readonly seesNumbers: boolean
  /** `single`: one event a request, as the alert webhooks of before. */
  readonly form: 'batch' | 'single'
  /** Where it is changed: over API and command line, or in the accounts document. */
  readonly origin: 'made' | 'document'
  readonly secret: string
  readonly previousSecret: string
  readonly previousUntilMs: number
  readonly state: StreamState
  readonly stateMs: number
  readonly stateReason: string
  readonly createdMs: number
  readonly createdBy: string
  readonly nextRead: number
  readonly readPlace: UsagePlace | undefined
  readonly replay: WantedReplay | undefined
  readonly batchCount: number
  /** Of the batch that goes next, failed ones. */
  readonly attempts: number
  readonly nextAttemptMs: number
  /** When a batch was taken last; 0 = never. */
  readonly takenMs: number
}

/** The last entry that was given, by what the query orders by. */
export type UsagePlace = z.output<typeof usagePlace>
const usagePlace = z.object({
  first: z.int(),
  second: z.int(),
  source: z.string(),
  partition: z.int(),
  offset: z.int(),
})

/** What the ledger recorded from one moment to another, read once more. */
export type WantedReplay = z.output<typeof replay>
const replay = z.object({
  fromMs: z.int(),
  untilMs: z.int(),
  after: usagePlace.nullable(),
  /** Limit events go first; then their number is here no more. */
  afterCrossing: z.int().nullable(),
})

export async function findStream(
  sql: SqlRunner,
  streamId: string,
): Promise<DataStream | undefined> {
  const [found] = await sql.query(`${STREAMS} WHERE stream_id = $1`, [streamId], streamRow)
  return found
}

/** In the order in which they were made. */
export function streamsOf(sql: SqlRunner, owner: StreamOwner): Promise<DataStream[]> {
  return sql.query(
    `${STREAMS} WHERE owner_kind = $1 AND owner_id = $2 ORDER BY created_ms, stream_id`,
    [owner.ownerKind, owner.ownerId],
    streamRow,
  )
}

const STREAMS = `SELECT stream_id, owner_kind, owner_id, name, url, events, sees_numbers, form, origin,
  secret, previous_secret, previous_until_ms, state, state_ms, state_reason, created_ms, created_by,
  next_read, read_place, replay, batch_count, attempts, next_attempt_ms, taken_ms FROM data_streams`

const streamRow = z
  .object({
    stream_id: z.string(),
    owner_kind: z.enum(['account', 'partner']),
    owner_id: z.string(),
    name: z.string(),
    url: z.string(),
    events: z.array(z.enum(STREAM_EVENTS)),
    sees_numbers: z.boolean(),
    form: z.enum(['batch', 'single']),
    origin: z.enum(['made', 'document']),
    secret: z.string(),
    previous_secret: z.string(),
    previous_until_ms: z.int(),
    state: z.enum(STREAM_STATES),
    state_ms: z.int(),
    state_reason: z.string(),
    created_ms: z.int(),
    created_by: z.string(),
    next_read: z.int(),
    read_place: usagePlace.nullable(),
    replay: replay.nullable(),
    batch_count: z.int(),
    attempts: z.int(),
    next_attempt_ms: z.int(),
    taken_ms: z.int(),
  })
  .transform((row): DataStream => ({
    streamId: row.stream_id,
    ownerKind: row.owner_kind,
    ownerId: row.owner_id,
    name: row.name,
    url: row.url,
    events: row.events,
    seesNumbers: row.sees_numbers,
    form: row.form,
    origin: row.origin,
    secret: row.secret,
    previousSecret: row.previous_secret,
    previousUntilMs: row.previous_until_ms,
    state: row.state,
    stateMs: row.state_ms,
    stateReason: row.state_reason,
    createdMs: row.created_ms,
    createdBy: row.created_by,
    nextRead: row.next_read,
    readPlace: row.read_place ?? undefined,
    replay: row.replay ?? undefined,
    batchCount: row.batch_count,
    attempts: row.attempts,
    nextAttemptMs: row.next_attempt_ms,
    takenMs: row.taken_ms,
  }))
