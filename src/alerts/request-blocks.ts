/**
 * Enforcement: a limit with the action `block` asks the operator to block a service. tik cannot
 * block anything itself; it records the request, emits it as an event, charges the plan's SIM block
 * fee, and confirms to the users registered for `sim-block`. All in the transaction that noted the
 * crossing, so it happens once.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory, Subscription } from '../core/accounts/accounts.ts'
import { allValidAt, isWithin } from '../core/time/validity.ts'
import { blockedBy, LIMIT_KINDS, type BlockService } from '../limits/limit-kinds.ts'
import { percentOfLevel, repeatedAt } from '../limits/limit-levels.ts'
import { upsertRows } from '../directory/store/directory-rows.ts'
import type { LimitIndex } from '../limits/effective-limit.ts'
import { feeCharges } from './blocks/block-fee.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'
import { toAlertEvent, eventId, type ServiceRequestEvent } from './webhooks/alert-event.ts'
import { blockMails } from './letters/block-mail.ts'
import type { LedgerCrossing } from './crossings/crossing.ts'
import { queueMails } from '../mail/mail-outbox.ts'
import type { NotedCrossing } from './crossings/note-crossings.ts'

export interface BlockContext {
  readonly directory: Directory
  readonly catalogue: Catalogue
  readonly limits: LimitIndex
  readonly nowMs: number
}

/** What the operator is asked to block, and for whom. */
export interface BlockRequest {
  readonly crossing: NotedCrossing
  readonly service: BlockService
  readonly targets: readonly { readonly requestId: string; readonly subscription: Subscription }[]
}

/** Does reaching it ask the operator for a block? Only the full amount of a limit does, once. */
export function isBlocking(crossing: LedgerCrossing, limits: LimitIndex): boolean {
  const { code, subject, level } = crossing
  const isFull = percentOfLevel(level) >= 100 && repeatedAt(level) === undefined
  if (!isFull || blockedBy(code, subject) === undefined) return false
  const subscriptionId = crossing.scopeKind === 'account' ? '' : crossing.scopeId
  const limit = limits.effectiveAt({ ...crossing, subscriptionId }, crossing.recordedMs)
  return limit.action === 'block'
}

/** Records the requests that these crossings cause, with fee and confirmation mails. */
export async function requestBlocks(
  sql: SqlRunner,
  noted: readonly NotedCrossing[],
  context: BlockContext,
): Promise<BlockRequest[]> {
  const blocking = noted.filter((crossing) => isBlocking(crossing, context.limits))
  if (blocking.length === 0) return []
  const requests = blocking.flatMap((crossing) => requestOf(crossing, context.directory))
  await sql.execute(
    `INSERT INTO service_requests (request_id, crossing_id, account_id, subscription_id, service,
       requested_ms)
     SELECT request_id, crossing_id, account_id, subscription_id, service, requested_ms
     FROM jsonb_populate_recordset(NULL::service_requests, $1::jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(requests.flatMap((request) => requestRows(request, context.nowMs)))],
  )
  const charges = requests.flatMap((request) => feesOf(request, context))
  await upsertRows(sql, 'one_off_charges', charges)
  const feeOf = new Map(charges.map((charge) => [charge.subscription_id, charge.amount_micros]))
  await queueMails(sql, blockMails(requests, { ...context, feeOf }))
  return requests
}

/** The event for the topic `service-requests` and the operator's webhook. */
export function toServiceRequestEvent(
  { crossing, service, targets }: BlockRequest,
  context: BlockContext,
): ServiceRequestEvent {
  return {
    type: 'service.block.requested',
    version: 1,
    id: `${eventId(crossing)}/block`,
    accountId: crossing.accountId,
    partnerId: context.directory.accounts.get(crossing.accountId)?.partnerId ?? '',
    service,
    subscriptions: targets.map(({ requestId, subscription }) => ({
      subscriptionId: subscription.subscriptionId,
      requestId,
      identities: allValidAt(subscription.identities, context.nowMs).map(({ kind, value }) => ({
        kind,
        value,
      })),
    })),
    because: toAlertEvent(crossing, context),
    requestedAt: new Date(context.nowMs).toISOString(),
  }
}

/** One subscription, or every active mobile one where the limit watches the whole account. */
export function requestOf(crossing: NotedCrossing, directory: Directory): BlockRequest[] {
  const service = blockedBy(crossing.code, crossing.subject)
  if (service === undefined) return []
  const subscriptions = directory.subscriptions.filter(
    (one) =>
      one.accountId === crossing.accountId &&
      one.product === 'mobile' &&
      (LIMIT_KINDS[crossing.code].scope === 'account' || one.subscriptionId === crossing.scopeId) &&
      isWithin(crossing.happenedMs, one.activatedMs, one.terminatedMs),
  )
  if (subscriptions.length === 0) return []
  const targets = subscriptions.map((subscription) => ({
    requestId: `${eventId(crossing)}/${subscription.subscriptionId}`,
    subscription,
  }))
  return [{ crossing, service, targets }]
}

function requestRows({ crossing, service, targets }: BlockRequest, requestedMs: number) {
  return targets.map(({ requestId, subscription }) => ({
    request_id: requestId,
    crossing_id: crossing.crossingId,
    account_id: crossing.accountId,
    subscription_id: subscription.subscriptionId,
    service,
    requested_ms: requestedMs,
  }))
}

/** Blocking only data costs nothing. */
function feesOf(
  { crossing, service, targets }: BlockRequest,
  { directory, catalogue, nowMs }: BlockContext,
) {
  if (service !== 'sim') return []
  const { accountId } = crossing
  const language = directory.accounts.get(accountId)?.language ?? 'nl'
  return targets.flatMap((target) =>
    feeCharges({ ...target, accountId, language }, catalogue, nowMs),
  )
}
