/**
 * Events that wait for the stream, oldest first, and the mark that they were handed over: at least
 * once. Whoever has a Kafka producer reads, produces with acks, and marks.
 */
import { z } from 'zod'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts.ts'
import { createLimitIndex } from '../operations/effective-limit.ts'
import type { OperationsStore } from '../operations/operations-store.ts'
import { eventKey, toAlertEvent } from './alert-event.ts'
import { crossingRow, toCrossing } from './crossing-row.ts'
import { isBlocking, requestOf, toServiceRequestEvent } from './request-blocks.ts'

export interface StreamMessage {
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
): Promise<{ messages: StreamMessage[]; crossingIds: number[] }> {
  const limits = createLimitIndex(directory)
  const rows = await store.query(
    `SELECT ${Object.keys(crossingRow.shape).join(', ')}, noted_ms FROM alert_crossings
     WHERE published_ms IS NULL ORDER BY crossing_id LIMIT ${CROSSINGS_PER_READ_MAX}`,
    [],
    crossingRow.extend({ noted_ms: z.int() }),
  )
  const messages = rows.flatMap((row): StreamMessage[] => {
    const crossing = { ...toCrossing(row), crossingId: row.crossing_id }
    const context = { directory, catalogue, limits, nowMs: row.noted_ms }
    const event = toAlertEvent(crossing, context)
    const requests = isBlocking(crossing, limits) ? requestOf(crossing, directory) : []
    const requested = requests.map((request) => toServiceRequestEvent(request, context))
    return [
      { topic: 'alerts', key: eventKey(event), value: JSON.stringify(event) },
      ...requested.map((one) => ({
        topic: 'service-requests' as const,
        key: eventKey(one),
        value: JSON.stringify(one),
      })),
    ]
  })
  return { messages, crossingIds: rows.map((row) => row.crossing_id) }
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
