/** Batches of records as @platformatic/kafka reads them, to messages. */
import { IS_CONTROL } from '@platformatic/kafka'
import type { RecordsBatch } from '@platformatic/kafka'
import type { StreamMessage } from '../stream.ts'

const TIME_OF_APPEND = 0b1000
const EMPTY = Buffer.alloc(0)

/** From this offset on: a batch that came may begin before it. */
export function messagesOf(batches: readonly RecordsBatch[], fromOffset: bigint): StreamMessage[] {
  const messages: StreamMessage[] = []
  for (const batch of batches) {
    if ((batch.attributes & IS_CONTROL) !== 0) continue
    const firstOffset = Number(batch.firstOffset)
    const firstMs = Number(batch.firstTimestamp)
    const appendedMs =
      (batch.attributes & TIME_OF_APPEND) === 0 ? undefined : Number(batch.maxTimestamp)
    for (const { offsetDelta, timestampDelta, key, value } of batch.records) {
      const offset = firstOffset + offsetDelta
      if (offset < fromOffset) continue
      const timestampMs = appendedMs ?? firstMs + Number(timestampDelta)
      messages.push({ offset, key: key?.toString() ?? '', value: value ?? EMPTY, timestampMs })
    }
  }
  return messages
}

/** The one after the last batch, whether or not its last records are still there. */
export function nextOffsetOf(batches: readonly RecordsBatch[], before: bigint): bigint {
  const last = batches.at(-1)
  return last === undefined ? before : last.firstOffset + BigInt(last.lastOffsetDelta) + 1n
}
