/** Puts events under the streams that want them, in the transaction that noted the crossing. */
import { queueStreamEvents, type QueuedEvent } from '../../data-streams/queue-events.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { NotedCrossing } from '../crossings/note-crossings.ts'
import { toServiceRequestEvent, type BlockContext, type BlockRequest } from '../request-blocks.ts'
import { toAlertEvent, type AlertEvent, type ServiceRequestEvent } from './alert-event.ts'

/** Limit events go to streams and webhook of the account, service requests to those of the partner. */
export async function queueWebhooks(
  sql: SqlRunner,
  noted: readonly NotedCrossing[],
  requests: readonly BlockRequest[],
  context: BlockContext,
): Promise<void> {
  const crossed = noted.map((crossing) => {
    const event = toAlertEvent(crossing, context)
    return queued(event, crossing, { ownerKind: 'account', ownerId: event.accountId })
  })
  const requested = requests.map((request) => {
    const event = toServiceRequestEvent(request, context)
    return queued(event, request.crossing, { ownerKind: 'partner', ownerId: event.partnerId })
  })
  await queueStreamEvents(sql, 'limits', crossed, context.nowMs)
  await queueStreamEvents(sql, 'requests', requested, context.nowMs)
}

function queued(
  event: AlertEvent | ServiceRequestEvent,
  { crossingId }: NotedCrossing,
  owner: Pick<QueuedEvent, 'ownerKind' | 'ownerId'>,
): QueuedEvent {
  const payload = JSON.stringify(event)
  return { ...owner, eventId: event.id, eventType: event.type, payload, crossingId }
}
