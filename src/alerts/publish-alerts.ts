/**
 * Events that wait for the stream, oldest first, and the mark that they were handed over: at least
 * once. Whoever has a Kafka producer reads, produces with acks, and marks.
 */
import { z } from 'zod'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { createLimitIndex } from '../limits/effective-limit.ts'
import type { OperationsStore } from '../postgres/operations-store.ts'
import { eventKey, toAlertEvent } from './webhooks/alert-event.ts'
import { toRequestEvent } from './blocks/person-request.ts'
import { BLOCK_ACTS } from './blocks/service-request.ts'
import { crossingRow, toCrossing } from './crossings/crossing-row.ts'
import { toServiceRequestEvent } from './request-blocks.ts'
import type { BlockRequest } from './request-blocks.ts'

export interface PublishedMessage {
  readonly topic: 'alerts' | 'service-requests'
  /** The account: one order per account. */
  readonly key: string
  readonly value: string
}

const CROSSINGS_PER_READ_MAX = 500

/** Messages of the next crossings, and their ids for `markPublished`; empty when nothing waits. */
export async function unpublishedAlerts(
  store: OperationsStore,
  { directory, catalogue }: { directory: Directory; catalogue: Catalogue },
): Promise<{ messages: PublishedMessage[]; crossingIds: number[] }> {
  const limits = createLimitIndex(directory)
  const rows = await store.query(
    `SELECT ${Object.keys(crossingRow.shape).join(', ')}, noted_ms FROM alert_crossings
     WHERE published_ms IS NULL ORDER BY crossing_id LIMIT ${CROSSINGS_PER_READ_MAX}`,
    [],
    crossingRow.extend({ noted_ms: z.int() }),
  )
  if (rows.length === 0) return { messages: [], crossingIds: [] }
  const crossingIds = rows.map((row) => row.crossing_id)
  const recorded = await recordedRequests(store, crossingIds, directory)
  const messages = rows.flatMap((row): PublishedMessage[] => {
    const crossing = { ...toCrossing(row), crossingId: row.crossing_id }
    const context = { directory, catalogue, limits, nowMs: row.noted_ms }
    const event = toAlertEvent(crossing, context)
    const request = recorded.get(row.crossing_id)
    const requested =
      request === undefined ? [] : [toServiceRequestEvent({ crossing, ...request }, context)]
    return [
      { topic: 'alerts', key: eventKey(event), value: JSON.stringify(event) },
      ...requested.map((one) => ({
        topic: 'service-requests' as const,
        key: eventKey(one),
        value: JSON.stringify(one),
      })),
    ]
  })
  return { messages, crossingIds }
}

/**
 * What was asked for when the crossings were noted, by crossing: what is published is what was recorded
 * and charged, whatever became of limits and subscriptions since.
 */
async function recordedRequests(
  store: OperationsStore,
  crossingIds: readonly number[],
  directory: Directory,
): Promise<Map<number, Omit<BlockRequest, 'crossing'>>> {
  const rows = await store.query(
    `SELECT request_id, crossing_id, subscription_id, service FROM service_requests
     WHERE crossing_id = ANY($1::bigint[]) ORDER BY request_id`,
    [crossingIds],
    requestRow,
  )
  const subscriptions = new Map(directory.subscriptions.map((one) => [one.subscriptionId, one]))
  const requests = new Map<number, Omit<BlockRequest, 'crossing'>>()
  for (const [crossingId, ofCrossing] of Map.groupBy(rows, (row) => row.crossing_id)) {
    const targets = ofCrossing.flatMap(({ request_id: requestId, subscription_id: id }) => {
      const subscription = subscriptions.get(id)
      return subscription === undefined ? [] : [{ requestId, subscription }]
    })
    const [first] = ofCrossing
    if (first !== undefined) requests.set(crossingId, { service: first.service, targets })
  }
  return requests
}

const requestRow = z.object({
  request_id: z.string(),
  crossing_id: z.int(),
  subscription_id: z.string(),
  service: z.enum(['sim', 'data', 'roaming-data']),
})

/** What people asked for, which no crossing carries: messages, and the ids for `markRequestsPublished`. */
export async function unpublishedRequests(
  store: OperationsStore,
  { directory }: { directory: Directory },
): Promise<{ messages: PublishedMessage[]; requestIds: string[] }> {
  const rows = await store.query(
    `SELECT request_id, subscription_id, account_id, act, cause, asked_by, requested_ms
     FROM service_requests WHERE crossing_id IS NULL AND published_ms IS NULL
     ORDER BY requested_ms, request_id LIMIT ${CROSSINGS_PER_READ_MAX}`,
    [],
    personRow,
  )
  const messages = rows.flatMap((row): PublishedMessage[] => {
    const account = directory.accounts.get(row.account_id)
    const subscription = directory.subscriptions.findLast(
      (one) => one.subscriptionId === row.subscription_id && one.accountId === row.account_id,
    )
    if (account === undefined || subscription === undefined) return []
    const asked = { account, subscription, act: row.act, cause: row.cause, askedBy: row.asked_by }
    const event = toRequestEvent(asked, row.request_id, row.requested_ms)
    return [{ topic: 'service-requests', key: eventKey(event), value: JSON.stringify(event) }]
  })
  return { messages, requestIds: rows.map((row) => row.request_id) }
}

const personRow = z.object({
  request_id: z.string(),
  subscription_id: z.string(),
  account_id: z.string(),
  act: z.enum(BLOCK_ACTS),
  cause: z.enum(['person', 'unpaid', 'operator']),
  asked_by: z.string(),
  requested_ms: z.int(),
})

export async function markRequestsPublished(
  store: OperationsStore,
  requestIds: readonly string[],
  nowMs: number,
): Promise<void> {
  await store.execute(
    'UPDATE service_requests SET published_ms = $2 WHERE request_id = ANY($1::text[])',
    [requestIds, nowMs],
  )
}

export async function markPublished(
  store: OperationsStore,
  crossingIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await store.execute(
    'UPDATE alert_crossings SET published_ms = $2 WHERE crossing_id = ANY($1::bigint[])',
    [crossingIds, nowMs],
  )
}
