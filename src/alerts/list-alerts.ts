/** What was crossed and what became of each message about it: `tik alerts list`. */
import { z } from 'zod'
import type { LimitCode } from '../core/accounts/accounts.ts'
import type { ScopeKind } from '../core/usage/ids.ts'
import { limitCodeSchema } from '../limits/limit-code.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { scopeKindSchema } from './crossings/crossing.ts'

/** One crossing and one way in which somebody was told; deliveries of one crossing stand together. */
export interface AlertDelivery {
  readonly accountId: string
  readonly periodStartDay: number
  readonly code: LimitCode
  readonly scopeKind: ScopeKind
  readonly scopeId: string
  readonly subject: string
  readonly level: string
  readonly used: number
  readonly amount: number
  readonly subscriptionId: string
  readonly happenedMs: number
  readonly recordedMs: number
  /** `none`: nobody of the account is registered for it. */
  readonly channel: 'mail' | 'webhook' | 'none'
  /** The user's id and address, or the webhook's event id. */
  readonly recipient: string
  /** `waiting`: noted, its mail goes with the next round. */
  readonly state: 'waiting' | 'queued' | 'sent' | 'failed' | 'none'
  readonly attempts: number
  /** Why it failed, or why it is tried again. */
  readonly reason: string
  readonly finishedMs: number | undefined
  readonly messageId: string
}

const ALERTS_SHOWN_MAX = 100_000

/** Newest first. `periodStartDay` undefined = all periods. */
export async function listAlerts(
  store: OperationsStore,
  filter: { accountId?: string; periodStartDay?: number },
): Promise<AlertDelivery[]> {
  const rows = await store.query(
    LIST,
    [filter.accountId ?? null, filter.periodStartDay ?? null],
    listRow,
  )
  return rows.map(({ finishedMs, ...row }) => ({ ...row, finishedMs: finishedMs ?? undefined }))
}

const LIST = `
  WITH delivered AS (
    SELECT notice.crossing_id, 'mail' AS channel,
      coalesce(recipient_email, user_email.email, '') AS address, notice.user_id AS who,
      coalesce(mails.state, 'waiting') AS state, coalesce(attempts, 0) AS attempts,
      coalesce(reason, '') AS reason, finished_ms, coalesce(message_id, '') AS message_id
    FROM alert_notices AS notice
    LEFT JOIN mails USING (mail_id)
    LEFT JOIN users AS user_email ON user_email.user_id = notice.user_id
    UNION ALL
    SELECT crossing_id, 'webhook', '', event_id, state, attempts, reason, finished_ms, ''
    FROM webhook_deliveries
    UNION ALL
    SELECT crossing_id, 'webhook', '', event_id, 'waiting', 0, '', NULL, ''
    FROM stream_events JOIN data_streams USING (stream_id) WHERE form = 'single'
    UNION ALL
    SELECT batch.crossing_id, 'webhook', '', batch.event_id, 'queued', count(attempt)::int,
      coalesce(max(failure), ''), NULL, ''
    FROM stream_batches AS batch LEFT JOIN stream_deliveries USING (batch_id)
    WHERE batch.crossing_id IS NOT NULL GROUP BY batch.batch_id
    UNION ALL
    SELECT crossing_id, 'webhook', '', event_id, 'sent', attempt, '', at_ms, ''
    FROM stream_deliveries WHERE crossing_id IS NOT NULL AND failure = ''
  )
  SELECT account_id AS "accountId", period_start_day AS "periodStartDay", code,
    scope_kind AS "scopeKind", scope_id AS "scopeId", subject, level, used, amount, subscription_id AS "subscriptionId",
    happened_ms AS "happenedMs", recorded_ms AS "recordedMs",
    coalesce(channel, 'none') AS channel,
    trim(coalesce(who, '') || ' ' || coalesce(address, '')) AS recipient,
    coalesce(state, 'none') AS state, coalesce(attempts, 0) AS attempts,
    coalesce(reason, '') AS reason, finished_ms AS "finishedMs",
    coalesce(message_id, '') AS "messageId"
  FROM alert_crossings LEFT JOIN delivered USING (crossing_id)
  WHERE ($1::text IS NULL OR account_id = $1) AND ($2::int IS NULL OR period_start_day = $2)
  ORDER BY crossing_id DESC, channel, who
  LIMIT ${ALERTS_SHOWN_MAX}`

const listRow = z.object({
  accountId: z.string(),
  periodStartDay: z.int(),
  code: limitCodeSchema,
  scopeKind: scopeKindSchema,
  scopeId: z.string(),
  subject: z.string(),
  level: z.string(),
  used: z.int(),
  amount: z.int(),
  subscriptionId: z.string(),
  happenedMs: z.int(),
  recordedMs: z.int(),
  channel: z.enum(['mail', 'webhook', 'none']),
  recipient: z.string(),
  state: z.enum(['waiting', 'queued', 'sent', 'failed', 'none']),
  attempts: z.int(),
  reason: z.string(),
  finishedMs: z.int().nullable(),
  messageId: z.string(),
})
