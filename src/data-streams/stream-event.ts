/**
 * What a stream says: one schema for each kind of event, and for the request that carries them. Fields may
 * be added, never changed; docs/data-streams.md is written for who receives them.
 */
import { z } from 'zod'
import { entryId } from '../core/usage/ids.ts'
import type { EntryKind } from '../core/usage/ledger-row.ts'
import { withoutOtherParty } from '../reports/masked-number.ts'
import { detailOf } from '../reports/usage-details.ts'
import { toUsageForm, usageForm } from '../reports/usage-form.ts'
import type { DataStream } from './data-stream.ts'
import type { StreamedUsage } from './read-usage.ts'

const USAGE_TYPES = {
  usage: 'usage.rated',
  reversal: 'usage.reversed',
  correction: 'usage.corrected',
  adjustment: 'usage.adjusted',
} as const satisfies Record<EntryKind, string>

const usageEvent = z.object({
  /** The same whenever it is sent: drop what you had. */
  id: z.string(),
  type: z.enum(Object.values(USAGE_TYPES)),
  /** The entry that it reverses or corrects. */
  refersTo: z.string().nullable(),
  ratedAt: z.iso.datetime({ offset: true }),
  data: usageForm,
})

/** Limit events and requests keep the form that they have on topics (src/alerts/webhooks/alert-event.ts). */
const otherEvent = z.object({ id: z.string(), type: z.string(), data: z.unknown() })

export const batchBody = z.object({
  type: z.enum(['stream.batch', 'stream.test']),
  timestamp: z.iso.datetime({ offset: true }),
  stream: z.string(),
  account: z.string().nullable(),
  partner: z.string().nullable(),
  /** Counts up by one with each batch of the stream; 0 of a test. */
  number: z.int(),
  isReplay: z.boolean(),
  events: z.array(z.union([usageEvent, otherEvent])),
})

/** An event as JSON, once: it is put into a batch as it is. */
export interface EventText {
  readonly id: string
  readonly text: string
  /** What it tells of, where that is a crossing. */
  readonly crossingId?: number | undefined
}

export function usageEventText(usage: StreamedUsage, seesNumbers: boolean): EventText {
  const shown = seesNumbers ? usage.row : withoutOtherParty(usage.row)
  const id = entryId(usage.row)
  const event: z.input<typeof usageEvent> = {
    id,
    type: USAGE_TYPES[usage.row.entryKind],
    refersTo: usage.corrects === '' ? null : usage.corrects,
    ratedAt: new Date(usage.recordedMs).toISOString(),
    data: toUsageForm(detailOf(shown, usage.startLocal)),
  }
  return { id, text: JSON.stringify(event) }
}

export function otherEventText(event: { id: string; type: string; payload: string }): EventText {
  const { id, type, payload } = event
  const head = JSON.stringify({ id, type })
  return { id, text: `${head.slice(0, -1)},"data":${payload}}` }
}

export function batchText(
  { streamId, ownerKind, ownerId }: DataStream,
  batch: { type: 'stream.batch' | 'stream.test'; number: number; isReplay: boolean; atMs: number },
  events: readonly EventText[],
): string {
  const head: z.input<typeof batchBody> = {
    type: batch.type,
    timestamp: new Date(batch.atMs).toISOString(),
    stream: streamId,
    account: ownerKind === 'account' ? ownerId : null,
    partner: ownerKind === 'partner' ? ownerId : null,
    number: batch.number,
    isReplay: batch.isReplay,
    events: [],
  }
  return `${JSON.stringify(head).slice(0, -2)}${events.map(({ text }) => text).join(',')}]}`
}
