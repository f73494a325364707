/** What the operations store says: how large the directory is, and what waits to go out. */
import { z } from 'zod'
import type { OperationsStore } from '../postgres/operations-store.ts'

export interface OperationsStatus {
  readonly accountsCount: number
  readonly subscriptionsCount: number
  readonly mailsQueuedCount: number
  readonly mailsFailedCount: number
  /** When the oldest mail that waits was queued; undefined when none waits. */
  readonly oldestMailMs: number | undefined
  readonly webhooksQueuedCount: number
  /** Crossings that are not on the topic `alerts` yet. */
  readonly eventsQueuedCount: number
  /** The first offset that the alerts have not read, by `source/partition`. */
  readonly alertPositions: ReadonlyMap<string, number>
}

const counts = z.object({
  accounts: z.int(),
  subscriptions: z.int(),
  mails_queued: z.int(),
  mails_failed: z.int(),
  oldest_mail_ms: z.int().nullable(),
  webhooks_queued: z.int(),
  events_queued: z.int(),
})

const COUNTS = `
  SELECT (SELECT count(*) FROM accounts)::int AS accounts,
    (SELECT count(*) FROM subscriptions)::int AS subscriptions,
    (SELECT count(*) FROM mails WHERE state = 'queued')::int AS mails_queued,
    (SELECT count(*) FROM mails WHERE state = 'failed')::int AS mails_failed,
    (SELECT min(created_ms) FROM mails WHERE state = 'queued') AS oldest_mail_ms,
    (SELECT (SELECT count(*) FROM stream_events) + (SELECT coalesce(sum(event_count), 0)
      FROM stream_batches))::int AS webhooks_queued,
    (SELECT count(*) FROM alert_crossings WHERE published_ms IS NULL)::int AS events_queued`

const position = z.object({ name: z.string(), next_offset: z.int() })

const POSITIONS = `
  SELECT log_source || '/' || log_partition AS name, next_offset FROM alert_positions`

export async function operationsStatus(store: OperationsStore): Promise<OperationsStatus> {
  const [row] = await store.query(COUNTS, [], counts)
  const positions = await store.query(POSITIONS, [], position)
  return {
    accountsCount: row?.accounts ?? 0,
    subscriptionsCount: row?.subscriptions ?? 0,
    mailsQueuedCount: row?.mails_queued ?? 0,
    mailsFailedCount: row?.mails_failed ?? 0,
    oldestMailMs: row?.oldest_mail_ms ?? undefined,
    webhooksQueuedCount: row?.webhooks_queued ?? 0,
    eventsQueuedCount: row?.events_queued ?? 0,
    alertPositions: new Map(positions.map((one) => [one.name, one.next_offset])),
  }
}
