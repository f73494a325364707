/**
 * One process that rates the whole log from its start, into a ledger in memory and without faults:
 * what the installation under test must have come to, row for row. Time of recording is the one
 * thing that it takes over, because rating may depend on it.
 */
import type { LedgerRow } from '../../src/core/usage/ledger-row.ts'
import { createDuplicateWindow } from '../../src/ledger/duplicates/duplicate-window.ts'
import { createMemoryLedger } from '../doubles/memory-ledger.ts'
import { processBatch } from '../../src/pipeline.ts'
import { fromUsageMessage } from '../../src/stream/message/usage-message.ts'
import type { StreamMessage } from '../../src/stream/stream.ts'
import type { StreamWorld } from '../stream-world.ts'
import type { TopicContent } from './read-topic.ts'

/** `found` are the rows under test, by partition and in order; rows of the reference come back. */
export async function referenceRun(
  log: TopicContent,
  found: readonly (readonly LedgerRow[])[],
  { reference }: StreamWorld,
): Promise<readonly LedgerRow[]> {
  const ledger = createMemoryLedger()
  const duplicates = createDuplicateWindow(ledger)
  const rater = reference.createRater()
  const { catalogueHash, indexes } = reference
  for (const [partition, messages] of log.partitions.entries()) {
    const place = { source: log.topic, partition }
    for (const { firstOffset, recordedMs, batch } of batchesOf(messages, found[partition] ?? [])) {
      const usages = batch.map((message) => fromUsageMessage(message, place, indexes))
      const { encoded } = await processBatch(
        { log: place, firstOffset, usages, recordedMs },
        { ledger, rater, duplicates, catalogueHash },
        Promise.resolve(),
      )
      await ledger.record(encoded)
    }
  }
  return ledger.entries
}

/** Messages that were recorded at one moment; what was not recorded at all follows the one before. */
function batchesOf(messages: readonly StreamMessage[], rows: readonly LedgerRow[]) {
  const batches: { firstOffset: number; recordedMs: number; batch: StreamMessage[] }[] = []
  for (const [offset, message] of messages.entries()) {
    const last = batches.at(-1)
    const recordedMs = rows[offset]?.recordedMs ?? last?.recordedMs ?? 0
    if (last?.recordedMs === recordedMs) last.batch.push(message)
    else batches.push({ firstOffset: offset, recordedMs, batch: [message] })
  }
  return batches
}
