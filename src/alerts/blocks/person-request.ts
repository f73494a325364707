/** A block or its end as a person asks for it: kept, charged and told to the operator in one transaction. */
import { randomUUID } from 'node:crypto'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Account, Subscription } from '../../core/accounts/accounts.ts'
import { allValidAt } from '../../core/time/validity.ts'
import { queueStreamEvents } from '../../data-streams/queue-events.ts'
import { upsertRows } from '../../directory/store/directory-rows.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { ServiceRequestEvent } from '../webhooks/alert-event.ts'
import { feeCharges } from './block-fee.ts'
import { addRequest, type BlockAct, type BlockCause } from './service-request.ts'

export interface PersonRequest {
  readonly account: Account
  readonly subscription: Subscription
  readonly act: BlockAct
  readonly cause: Exclude<BlockCause, 'limit'>
  readonly askedBy: string
}

/** Its id; undefined where the same waits already. */
export async function requestByPerson(
  sql: SqlRunner,
  { account, subscription, act, cause, askedBy }: PersonRequest,
  { catalogue, nowMs }: { readonly catalogue: Catalogue; readonly nowMs: number },
): Promise<string | undefined> {
  const { accountId, language } = account
  const { subscriptionId } = subscription
  const requestId = `person/${randomUUID()}`
  const request = { requestId, accountId, subscriptionId, service: 'sim', act, cause } as const
  const isNew = await addRequest(sql, { ...request, askedBy, requestedMs: nowMs })
  if (!isNew) return undefined
  if (act === 'block') {
    const fee = { requestId, accountId, subscription, language }
    await upsertRows(sql, 'one_off_charges', feeCharges(fee, catalogue, nowMs))
  }
  const event = toRequestEvent({ account, subscription, act, cause, askedBy }, requestId, nowMs)
  const queued = {
    ownerKind: 'partner',
    ownerId: account.partnerId,
    eventId: event.id,
    eventType: event.type,
    payload: JSON.stringify(event),
  } as const
  await queueStreamEvents(sql, 'requests', [queued], nowMs)
  return requestId
}

/** As streams and the topic `service-requests` carry it. */
export function toRequestEvent(
  { account, subscription, act, cause }: PersonRequest,
  requestId: string,
  requestedMs: number,
): ServiceRequestEvent {
  const { accountId, partnerId } = account
  return {
    type: `service.${act}.requested`,
    version: 1,
    id: requestId,
    accountId,
    partnerId,
    service: 'sim',
    subscriptions: [
      {
        subscriptionId: subscription.subscriptionId,
        requestId,
        identities: allValidAt(subscription.identities, requestedMs).map(({ kind, value }) => ({
          kind,
          value,
        })),
      },
    ],
    cause,
    requestedAt: new Date(requestedMs).toISOString(),
  }
}
