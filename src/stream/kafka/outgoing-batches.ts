/**
 * Messages to requests of one batch a partition. kafkajs would sort the messages of a request by
 * partition in quadratic time, and so could only be given small ones.
 */
import { partitionOfKey } from './key-partition.ts'
import type { BatchToWrite } from './kafkajs-wire.ts'
import { encodeRecordBatch, recordBytesMax } from './record-batch.ts'
import type { OutgoingMessage } from '../stream.ts'

/**
 * Request after request, to be sent in this order: messages of a partition keep theirs. A batch is
 * at most `bytesMax` long or a single record. Each is encoded when it is asked for.
 */
export function* outgoingBatches(
  messages: readonly OutgoingMessage[],
  options: { partitionsCount: number; bytesMax: number; writtenMs: number },
): Generator<BatchToWrite[]> {
  const { partitionsCount, bytesMax, writtenMs } = options
  const waiting = byPartition(messages, partitionsCount)
  while (waiting.size > 0) {
    const request: BatchToWrite[] = []
    for (const [partition, queue] of waiting) {
      const records = queue.messages.slice(queue.next, endOfBatch(queue, bytesMax))
      queue.next += records.length
      if (queue.next === queue.messages.length) waiting.delete(partition)
      request.push({ value: encodeRecordBatch(records, writtenMs), partition, isBatch: true })
    }
    yield request
  }
}

interface PartitionQueue {
  readonly messages: OutgoingMessage[]
  /** Index of the first one that is in no request yet. */
  next: number
}

function byPartition(
  messages: readonly OutgoingMessage[],
  partitionsCount: number,
): Map<number, PartitionQueue> {
  const queues = new Map<number, PartitionQueue>()
  for (const message of messages) {
    const partition = message.partition ?? partitionOfKey(message.key, partitionsCount)
    const queue = queues.get(partition)
    if (queue === undefined) queues.set(partition, { messages: [message], next: 0 })
    else queue.messages.push(message)
  }
  return queues
}

function endOfBatch({ messages, next }: PartitionQueue, bytesMax: number): number {
  let bytes = 0
  let end = next
  for (; end < messages.length; end += 1) {
    bytes += recordBytesMax(messages[end]!)
    if (end > next && bytes > bytesMax) break
  }
  return end
}
