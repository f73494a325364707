/** Deliveries of streams: as a service of `tik run`, in one round, and of one test. */
import { crossedEventsOf } from '../../alerts/crossings/crossed-events.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { Clock } from '../../core/time/clock.ts'
import {
  deliverStreams,
  deliverTests,
  type StreamDeliveryParts,
  type StreamReport,
} from '../../data-streams/deliver-streams.ts'
import { listDeliveries, type StreamDelivery } from '../../data-streams/change-stream.ts'
import { runStreams, type StreamServiceParts } from '../../data-streams/run-streams.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'
import type { Stores } from '../stores.ts'
import { testStream } from './streams-of.ts'

/** Until the signal comes. `reference` gives the newest snapshot. */
export function runStreamService(
  parts: Pick<StreamServiceParts, 'log' | 'metrics' | 'signal' | 'clock'> & {
    readonly stores: Stores
    reference(): { readonly catalogue: Catalogue; readonly directory: Directory }
  },
): Promise<void> {
  const { stores, ...service } = parts
  return runStreams({
    ...service,
    store: stores.operations,
    clickhouse: stores.clickhouse,
    webhookTargets: stores.config.webhookTargets,
    crossedEvents: (sql, accountId, noted) =>
      crossedEventsOf(parts.reference())(sql, accountId, noted),
  })
}

/** What is due now. */
export async function sendStreams(desk: Desk, clock: Clock): Promise<StreamReport> {
  requireOperator(desk.caller)
  return deliverStreams(await deliveryParts(desk, clock))
}

/** Queues a test and sends it at once. */
export async function sendTest(
  desk: Desk,
  streamId: string,
  clock: Clock,
): Promise<StreamDelivery | undefined> {
  requireOperator(desk.caller)
  const batchId = await testStream(desk, streamId)
  await deliverTests(await deliveryParts(desk, clock), streamId)
  const found = await listDeliveries(desk.operations, streamId, { limit: 100 })
  return found.find((one) => one.batchId === batchId)
}

async function deliveryParts(desk: Desk, clock: Clock): Promise<StreamDeliveryParts> {
  const reference = await openReference(desk)
  return {
    store: desk.operations,
    clickhouse: desk.clickhouse,
    directory: reference.directory,
    clock,
    webhookTargets: desk.config.webhookTargets,
    crossedEvents: crossedEventsOf(reference),
  }
}
