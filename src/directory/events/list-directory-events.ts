/** Events that changed accounts and subscriptions, newest first. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'

export interface DirectoryEventRecord {
  readonly eventId: string
  readonly place: string
  readonly type: string
  readonly subscriptionId: string
  /** null where the event does not say. */
  readonly atMs: number | null
  readonly receivedMs: number
  readonly state: 'applied' | 'refused'
  readonly detail: string
}

const row = z.object({
  eventId: z.string(),
  place: z.string(),
  type: z.string(),
  subscriptionId: z.string(),
  atMs: z.int().nullable(),
  receivedMs: z.int(),
  state: z.enum(['applied', 'refused']),
  detail: z.string(),
})

export const EVENTS_LISTED_MAX = 200

export function listDirectoryEvents(
  sql: SqlRunner,
  filter: { readonly subscription?: string; readonly refusedOnly?: boolean },
): Promise<DirectoryEventRecord[]> {
  return sql.query(
    `SELECT event_id AS "eventId", place, type, subscription_id AS "subscriptionId", at_ms AS "atMs",
            received_ms AS "receivedMs", state, detail
     FROM directory_events
     WHERE ($1 = '' OR subscription_id = $1) AND (NOT $2::boolean OR state = 'refused')
     ORDER BY received_ms DESC, event_id LIMIT ${EVENTS_LISTED_MAX}`,
    [filter.subscription ?? '', filter.refusedOnly ?? false],
    row,
  )
}
