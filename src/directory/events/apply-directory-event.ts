/**
 * Applies one event: the change, its charge and the note that it was applied are one transaction, so
 * an event that is delivered again, or interrupted, changes and charges once. What cannot be applied
 * is kept with the reason: nothing is dropped, and the events after it go on.
 */
import { z } from 'zod'
import { TikError, type ErrorCode } from '../../core/failures/errors.ts'
import { directoryEventSchema, isAccountStep, type DirectoryEvent } from './directory-event.ts'
import { contentOf } from './event-content.ts'
import { wrong } from './event-parts.ts'
import { importIntoTransaction, type ImportReport } from '../store/import-directory.ts'
import { readDirectory } from '../store/load-directory.ts'
import type { OperationsStore, SqlRunner } from '../../postgres/operations-store.ts'

/** An event as it came: its text, and `topic/partition/offset` or `file:line`. */
export interface ReceivedEvent {
  readonly text: string
  readonly place: string
  readonly receivedMs: number
}

export interface AppliedEvent {
  readonly eventId: string
  readonly type: string
  /** `known`: it came before, and changed nothing now. */
  readonly state: 'applied' | 'known' | 'refused'
  readonly detail: string
}

/** Throws only what trying again may mend: `operations_unavailable` and the like. */
export async function applyDirectoryEvent(
  store: OperationsStore,
  received: ReceivedEvent,
): Promise<AppliedEvent> {
  const payload = canonical(received.text)
  const parsed = parseEvent(received.text)
  if ('problem' in parsed) {
    const eventId = parsed.id === '' ? received.place : parsed.id
    return refuse(store, received, { eventId, type: parsed.type }, parsed.problem)
  }
  const { event } = parsed
  const named = { eventId: event.id, type: event.type, ...subjectOf(event) }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await apply(store, received, { event, payload, named })
    } catch (error) {
      if (!(error instanceof TikError) || error.retryable) throw error
      // It may only have met another change of the same moment.
      if (error.code === 'operations_conflict' && attempt < CONFLICT_ATTEMPTS_MAX) continue
      if (!REFUSING.has(error.code)) throw error
      return refuse(store, received, named, error.message)
    }
  }
}

const CONFLICT_ATTEMPTS_MAX = 3
/** What is wrong with the event itself; anything else is ours. */
const REFUSING: ReadonlySet<ErrorCode> = new Set([
  'accounts_invalid',
  'limit_invalid',
  'money_invalid',
  'money_overflow',
  'operations_conflict',
])

function apply(
  store: OperationsStore,
  received: ReceivedEvent,
  parsed: {
    readonly event: DirectoryEvent
    readonly payload: string
    readonly named: { eventId: string; type: string; subscriptionId: string }
  },
): Promise<AppliedEvent> {
  const { event, payload, named } = parsed
  return store.transaction(async (sql) => {
    await sql.execute('LOCK TABLE directory_events IN SHARE ROW EXCLUSIVE MODE')
    const before = await notedEvent(sql, event.id)
    if (before?.state === 'applied') {
      if (before.payload === payload) return { ...named, state: 'known', detail: '' }
      throw wrong('the id was used before by another event')
    }
    const known = await readDirectory(sql)
    const { content, atMs } = contentOf(event, known)
    const by = { dryRun: false, atMs: received.receivedMs, changedBy: `event ${event.id}` }
    const detail = describeReport(await importIntoTransaction(sql, content, by))
    await noteEvent(sql, received, { ...named, atMs, state: 'applied', detail })
    return { ...named, state: 'applied', detail }
  })
}

type ParsedEvent =
  | { readonly event: DirectoryEvent }
  | { readonly problem: string; readonly id: string; readonly type: string }

const PROBLEMS_SHOWN_MAX = 10
/** As JSON writes it. */
const NUL = String.raw`\u0000`

function parseEvent(text: string): ParsedEvent {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'it is no JSON', id: '', type: '' }
  }
  // PostgreSQL has no room for it in a text.
  if (canonical(text).includes(NUL)) return { problem: 'it has a NUL character', id: '', type: '' }
  const parsed = directoryEventSchema.safeParse(value)
  if (parsed.success) return { event: parsed.data }
  const head = z.looseObject({ id: z.string().catch(''), type: z.string().catch('') })
  const { id = '', type = '' } = head.safeParse(value).data ?? {}
  const problems = parsed.error.issues.slice(0, PROBLEMS_SHOWN_MAX)
  const lines = problems.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  return { problem: lines.join('; '), id, type }
}

/** Whom it is about, where that is a subscription. */
export function subjectOf(event: DirectoryEvent): { subscriptionId: string } {
  if (event.type === 'document' || isAccountStep(event)) return { subscriptionId: '' }
  const { subscription } = event
  return { subscriptionId: typeof subscription === 'string' ? subscription : subscription.id }
}

/** What was added and changed, in one line. */
export function describeReport(report: ImportReport): string {
  return Object.entries(report)
    .flatMap(([kind, { added, changed, differences }]) => [
      ...(added.length === 0 ? [] : [`${kind}: ${added.join(', ')} new`]),
      ...(changed.length > 0 && differences.length === 0 ? [`${kind}: ${changed.join(', ')}`] : []),
      ...differences,
    ])
    .join('; ')
}

/** The same event written with other spaces is the same. */
function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text.replaceAll('\0', '\uFFFD')
  }
}

const notedRow = z.object({ payload: z.string(), state: z.enum(['applied', 'refused']) })

async function notedEvent(sql: SqlRunner, eventId: string) {
  const statement = 'SELECT payload, state FROM directory_events WHERE event_id = $1'
  const [found] = await sql.query(statement, [eventId], notedRow)
  return found
}

interface NotedEvent {
  readonly eventId: string
  readonly type: string
  readonly subscriptionId?: string
  readonly atMs?: number | null
  readonly state: 'applied' | 'refused'
  readonly detail: string
}

/**
 * Kept under its id; under its place when an event of that id was applied, so that both can be seen.
 * A refused event may be sent again once its cause is mended.
 */
async function refuse(
  store: OperationsStore,
  received: ReceivedEvent,
  named: Pick<NotedEvent, 'eventId' | 'type' | 'subscriptionId'>,
  detail: string,
): Promise<AppliedEvent> {
  return store.transaction(async (sql) => {
    const isTaken = (await notedEvent(sql, named.eventId))?.state === 'applied'
    const eventId = isTaken ? `${named.eventId}@${received.place}` : named.eventId
    const event = { ...named, eventId, state: 'refused', detail } as const
    await noteEvent(sql, received, event)
    return event
  })
}

/** Keeps what became of an event. */
export async function noteEvent(
  sql: SqlRunner,
  received: ReceivedEvent,
  event: NotedEvent,
): Promise<void> {
  await sql.execute(
    `INSERT INTO directory_events
       (event_id, place, type, subscription_id, at_ms, received_ms, state, detail, payload)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (event_id) DO UPDATE SET place = excluded.place, type = excluded.type,
       subscription_id = excluded.subscription_id, at_ms = excluded.at_ms,
       received_ms = excluded.received_ms, state = excluded.state, detail = excluded.detail,
       payload = excluded.payload
     WHERE directory_events.state = 'refused'`,
    [
      event.eventId,
      received.place,
      event.type,
      event.subscriptionId ?? '',
      event.atMs ?? null,
      received.receivedMs,
      event.state,
      event.detail,
      canonical(received.text),
    ],
  )
}
