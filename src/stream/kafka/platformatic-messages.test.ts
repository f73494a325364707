import { createRecordsBatch, Reader, readRecordsBatches } from '@platformatic/kafka'
import type { RecordsBatch } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { messagesOf, nextOffsetOf } from './platformatic-messages.ts'

const NOW_MS = 1_793_000_000_000

/** As it lies in the log from this offset on. */
function batchAt(firstOffset: number, values: readonly string[], attributes = 0): RecordsBatch {
  const messages = values.map((value, index) => ({
    topic: 'usage',
    key: Buffer.from(`key-${value}`),
    value: Buffer.from(value),
    timestamp: BigInt(NOW_MS + index * 1_000),
  }))
  const [batch] = readRecordsBatches(Reader.from(createRecordsBatch(messages).buffer))
  return { ...batch!, firstOffset: BigInt(firstOffset), attributes }
}

test('records are messages at their offsets, and what is before the place is left out', () => {
  const batches = [batchAt(5, ['a', 'b']), batchAt(7, ['c'])]
  const found = messagesOf(batches, 6n)
  expect(
    found.map(({ offset, key, value, timestampMs }) => [
      offset,
      key,
      value.toString(),
      timestampMs,
    ]),
  ).toEqual([
    [6, 'key-b', 'b', NOW_MS + 1_000],
    [7, 'key-c', 'c', NOW_MS],
  ])
  expect(nextOffsetOf(batches, 6n)).toBe(8n)
})

test('the next offset is that after the batch, even when its last records were compacted away', () => {
  const batch = { ...batchAt(5, ['a']), lastOffsetDelta: 3 }
  expect(nextOffsetOf([batch], 5n)).toBe(9n)
  expect(nextOffsetOf([], 5n)).toBe(5n)
})

test('a control batch has no messages, but offsets', () => {
  const batches = [batchAt(5, ['a'], 0b10_0000), batchAt(6, ['b'])]
  expect(messagesOf(batches, 5n).map(({ offset }) => offset)).toEqual([6])
})

test('the time of arrival is that of the batch when the topic says so', () => {
  const [message] = messagesOf([batchAt(0, ['a', 'b'], 0b1000)], 0n)
  expect(message?.timestampMs).toBe(NOW_MS + 1_000)
})

test('a record without key or value is an empty message', () => {
  const batch = batchAt(0, ['a'])
  const records = batch.records.map((record) => ({ ...record, key: null, value: null }))
  const [message] = messagesOf([{ ...batch, records }], 0n)
  expect([message?.key, message?.value.length]).toEqual(['', 0])
})
