/** Puts events under the webhooks that want them, in the transaction that noted the crossing. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { queueStreamEvents, type QueuedEvent } from '../../data-streams/queue-events.ts'
import { toAlertEvent, type AlertEvent, type ServiceRequestEvent } from './alert-event.ts'
import type { NotedCrossing } from '../crossings/note-crossings.ts'
import { toServiceRequestEvent, type BlockContext, type BlockRequest } from '../request-blocks.ts'

/** Limit events go to the account's webhook, service requests to the partner's. */
export async function queueWebhooks(
  sql: SqlRunner,
  noted: readonly NotedCrossing[],
  requests: readonly BlockRequest[],
  context: BlockContext,
): Promise<void> {
  if (noted.length === 0) return
  await queueForStreams(sql, noted, requests, context)
  const owners = await sql.query(
    `SELECT account_id AS owner FROM account_webhooks
     UNION ALL SELECT '/' || partner_id FROM partner_webhooks`,
    [],
    z.object({ owner: z.string() }),
  )
  const wanted = new Set(owners.map(({ owner }) => owner))
  const crossed = noted
    .filter(({ accountId }) => wanted.has(accountId))
    .map((crossing) => row(crossing, toAlertEvent(crossing, context), '', context.nowMs))
  const requested = requests
    .map((request) => ({ request, event: toServiceRequestEvent(request, context) }))
    .filter(({ event }) => wanted.has(`/${event.partnerId}`))
    .map(({ request, event }) => row(request.crossing, event, event.partnerId, context.nowMs))
  await sql.execute(
    `INSERT INTO webhook_deliveries (crossing_id, event_kind, account_id, partner_id, event_id,
       payload, next_attempt_ms)
     SELECT crossing_id, event_kind, account_id, partner_id, event_id, payload, next_attempt_ms
     FROM jsonb_populate_recordset(NULL::webhook_deliveries, $1::jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify([...crossed, ...requested])],
  )
}

async function queueForStreams(
  sql: SqlRunner,
  noted: readonly NotedCrossing[],
  requests: readonly BlockRequest[],
  context: BlockContext,
): Promise<void> {
  const crossed = noted.map((crossing) => toAlertEvent(crossing, context))
  const requested = requests.map((request) => toServiceRequestEvent(request, context))
  await queueStreamEvents(sql, 'limits', crossed.map(ofAccount), context.nowMs)
  await queueStreamEvents(sql, 'requests', requested.map(ofPartner), context.nowMs)
}

function ofAccount(event: AlertEvent): QueuedEvent {
  return { ownerKind: 'account', ownerId: event.accountId, ...queued(event) }
}

function ofPartner(event: ServiceRequestEvent): QueuedEvent {
  return { ownerKind: 'partner', ownerId: event.partnerId, ...queued(event) }
}

function queued(event: AlertEvent | ServiceRequestEvent) {
  return { eventId: event.id, eventType: event.type, payload: JSON.stringify(event) }
}

function row(
  { crossingId, accountId }: NotedCrossing,
  event: AlertEvent | ServiceRequestEvent,
  partnerId: string,
  nowMs: number,
) {
  return {
    crossing_id: crossingId,
    event_kind: event.type,
    account_id: accountId,
    partner_id: partnerId,
    event_id: event.id,
    payload: JSON.stringify(event),
    next_attempt_ms: nowMs,
  }
}
