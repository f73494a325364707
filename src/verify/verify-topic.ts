/**
 * Everything that stands in a topic of usages, rated again by one reader and compared with the ledger
 * row by row: offsets contiguous and unique, every message a row, every field equal. What retention has
 * deleted is only in the ledger: its rows are counted and give the balances that the messages after them
 * were rated with. Changes nothing, and is no member of the group that rates.
 */
import { randomUUID } from 'node:crypto'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { TikError } from '../core/failures/errors.ts'
import { entryId } from '../core/usage/ids.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createRatingReference } from '../stream/rating/rating-reference.ts'
import { assignment } from '../stream/read-messages.ts'
import type { PartitionBounds, Stream, StreamConsumer, StreamMessage } from '../stream/stream.ts'
import { fromUsageMessage } from '../stream/message/usage-message.ts'
import { correctionsInTime, MENDABLE_REASONS } from './corrections.ts'
import { rateRow } from './rate-row.ts'
import { chunksByCatalogue } from './rows-by-catalogue.ts'
import { createReplay } from './replay.ts'
import type { Replay } from './replay.ts'

export interface VerifyTopicParts {
  readonly topic: string
  readonly stream: Stream
  readonly ledger: Pick<Ledger, 'rows'>
  readonly directory: Directory
  /** The catalogue that rows with this hash were rated with. */
  readonly catalogueOf: (catalogueHash: string) => Promise<Catalogue>
}

export interface PartitionVerdict {
  readonly partition: number
  /** Messages of the log when it was looked at, and rows of the ledger. */
  readonly messages: number
  readonly rows: number
  /** Rows of messages that the topic no longer has: nothing to compare them with. */
  readonly expired: number
  readonly byOutcome: Readonly<Record<string, number>>
  /** The first ones; empty when log and ledger agree. */
  readonly findings: readonly string[]
}

const FINDINGS_MAX = 20
const SILENCE_MS_MAX = 30_000
const EVENT_WAIT_MS = 1_000

/** One verdict a partition. Throws `stream_unavailable` when the log cannot be read to its end. */
export async function* verifyTopic(parts: VerifyTopicParts): AsyncGenerator<PartitionVerdict> {
  const { topic, stream } = parts
  const replay = createReplay(parts.directory, parts.catalogueOf)
  const inTime = await correctionsInTime(parts.ledger)
  const corrected = new Set(inTime.map(({ corrects }) => corrects))
  const corrections = Map.groupBy(inTime, ({ accountId }) => accountId)
  await using opened = new AsyncDisposableStack()
  const admin = opened.adopt(await stream.admin(), (one) => one.close())
  const group = `tik-verify-${randomUUID()}`
  const consumer = opened.adopt(await stream.consumer(group, [topic]), (one) => one.close())
  await assignment(consumer)
  for (const bounds of await admin.bounds(topic)) {
    yield await verifyPartition(bounds, consumer, { ...parts, replay, corrections, corrected })
  }
}

interface PartitionParts extends VerifyTopicParts {
  readonly replay: Replay
  /** By account, earliest first; taken from the front as its partition passes them. */
  readonly corrections: ReadonlyMap<string, LedgerRow[]>
  /** Entries that a correction refers to. */
  readonly corrected: ReadonlySet<string>
}

async function verifyPartition(
  bounds: PartitionBounds,
  consumer: StreamConsumer,
  parts: PartitionParts,
): Promise<PartitionVerdict> {
  const { topic, ledger } = parts
  const { partition, firstOffset, endOffset } = bounds
  const messages = readPartition(consumer, { topic, partition }, { firstOffset, endOffset })
  const findings: string[] = []
  const byOutcome: Record<string, number> = {}
  let rowsCount = 0
  let expiredCount = 0
  const log = { source: topic, partition }
  for await (const rows of chunksByCatalogue(ledger.rows({ log }))) {
    for (const row of rows) byOutcome[row.outcome] = (byOutcome[row.outcome] ?? 0) + 1
    findings.push(...misplaced(rows, rowsCount))
    rowsCount += rows.length
    const expired = rows.filter(({ logOffset }) => logOffset < firstOffset)
    await takeExpired(expired, parts)
    expiredCount += expired.length
    const kept = rows.slice(expired.length)
    const read: StreamMessage[] = []
    while (read.length < kept.length) {
      const next = await messages.next()
      if (next.done === true) break
      read.push(next.value)
    }
    if (kept.length > 0) findings.push(...(await compareRows(kept, read, parts)))
  }
  const lost = firstOffset - rowsCount
  if (lost > 0) findings.push(`${lost} messages from offset ${rowsCount} on expired without a row`)
  const unread = endOffset - Math.max(rowsCount, firstOffset)
  if (unread > 0)
    findings.push(`${unread} messages from offset ${endOffset - unread} on have no row`)
  for await (const _ of messages); // The consumer is left at the end of the partition.
  return {
    partition,
    messages: endOffset - firstOffset,
    rows: rowsCount,
    expired: expiredCount,
    byOutcome,
    findings: findings.slice(0, FINDINGS_MAX),
  }
}

function misplaced(rows: readonly LedgerRow[], firstOffset: number): string[] {
  return rows
    .filter((row, index) => row.logOffset !== firstOffset + index)
    .map((row) => `${entryId(row)}: out of place or twice`)
}

/** They are in the balances that the next messages were rated with, and their ids are taken. */
async function takeExpired(rows: readonly LedgerRow[], parts: PartitionParts): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  await parts.replay.useCatalogue(first.catalogueHash)
  applyCorrections(rows, parts)
  for (const row of rows) parts.replay.take(row)
}

async function compareRows(
  rows: readonly LedgerRow[],
  messages: readonly StreamMessage[],
  parts: PartitionParts,
): Promise<string[]> {
  const { replay, directory, topic, corrected } = parts
  const findings: string[] = []
  const hash = rows[0]?.catalogueHash ?? ''
  const { indexes } = createRatingReference(await replay.useCatalogue(hash), directory, hash)
  const log = { source: topic, partition: rows[0]?.logPartition ?? 0 }
  const usages = messages.map((message) => fromUsageMessage(message, log, indexes))
  applyCorrections(rows, parts)
  replay.prepare(usages)
  for (const [index, row] of rows.entries()) {
    const place = entryId(row)
    const usage = usages[index]
    if (usage === undefined) {
      findings.push(`${place}: the log has no such message`)
      continue
    }
    const mayBeMended = row.outcome === 'rejected' && MENDABLE_REASONS.has(row.reason)
    if (mayBeMended && replay.peek(usage, row.recordedMs).outcome !== 'rejected') {
      if (!corrected.has(place)) findings.push(`${place}: was ${row.reason}; could be rated since`)
      continue
    }
    const differences = rateRow(row, usage, { replay, isCorrected: corrected.has(place) })
    for (const { field, ledger, again } of differences) {
      findings.push(`${place}: ${field} is ${ledger} in the ledger and ${again} when rated again`)
    }
  }
  return findings
}

/** Those of the accounts in these rows: an account is in one partition, whatever was corrected. */
function applyCorrections(
  rows: readonly LedgerRow[],
  { corrections, replay }: PartitionParts,
): void {
  const beforeMs = rows[0]?.recordedMs ?? 0
  for (const accountId of new Set(rows.map((row) => row.accountId))) {
    const waiting = corrections.get(accountId) ?? []
    while (waiting[0] !== undefined && waiting[0].recordedMs <= beforeMs) {
      replay.take(waiting[0])
      waiting.shift()
    }
  }
}

/** All messages between two offsets, in order. */
async function* readPartition(
  consumer: StreamConsumer,
  place: { topic: string; partition: number },
  bounds: { firstOffset: number; endOffset: number },
): AsyncGenerator<StreamMessage> {
  let nextOffset = bounds.firstOffset
  let silentSinceMs = performance.now()
  if (nextOffset < bounds.endOffset) consumer.seek(place, nextOffset)
  while (nextOffset < bounds.endOffset) {
    const event = await consumer.next(EVENT_WAIT_MS)
    if (event?.kind === 'assigned') consumer.seek(place, nextOffset) // The broker was restarted.
    if (event?.kind === 'messages' && event.place.partition === place.partition) {
      silentSinceMs = performance.now()
      for (const message of event.messages) {
        if (message.offset < nextOffset || message.offset >= bounds.endOffset) continue
        nextOffset = message.offset + 1
        yield message
      }
    }
    if (performance.now() - silentSinceMs > SILENCE_MS_MAX) {
      throw new TikError('stream_unavailable', `${place.topic} cannot be read to its end`)
    }
  }
  consumer.pause(place)
}
