import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { encodeRecordBatch, readRecordBatches, recordBytesMax } from './record-batch.ts'
import type { LogRecord } from './record-batch.ts'

const require = createRequire(import.meta.url)
type Encoded = { readonly buffer: Buffer }
const theirRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (
  parts: object,
) => Encoded
const { RecordBatch: theirBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (parts: object) => Promise<Encoded>
}

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ minLength: 60, maxLength: 20_000 }),
)
const records: fc.Arbitrary<LogRecord[]> = fc.array(
  fc.record({
    key: texts,
    value: fc.oneof(
      texts,
      texts.map((text) => Buffer.from(text)),
    ),
  }),
  { minLength: 1, maxLength: 200 },
)

const encodedHeader = encodeRecordBatch([{ key: 'A1', value: 'one' }], 1).subarray(0, 61)

/** As the broker stores it: with its place in the log. */
function at(firstOffset: number, batch: Buffer): Buffer {
  const stored = Buffer.from(batch)
  stored.writeBigInt64BE(BigInt(firstOffset), 0)
  return stored
}

test('records come back as they were written, each at its offset', () => {
  fc.assert(
    fc.property(records, records, fc.nat(2 ** 45), (first, second, offset) => {
      const log = Buffer.concat([
        at(offset, encodeRecordBatch(first, 1_793_000_000_000)),
        at(offset + first.length, encodeRecordBatch(second, 1_793_000_000_007)),
      ])
      const batches = readRecordBatches(log) ?? []
      expect(batches.map(({ lastOffset }) => lastOffset)).toEqual([
        offset + first.length - 1,
        offset + first.length + second.length - 1,
      ])
      const read = batches.flatMap(({ messages }) => messages)
      expect(
        read.map((one) => [one.offset, one.key, one.value.toString(), one.timestampMs]),
      ).toEqual(
        [...first, ...second].map(({ key, value }, index) => [
          offset + index,
          key,
          value.toString(),
          index < first.length ? 1_793_000_000_000 : 1_793_000_000_007,
        ]),
      )
    }),
    { numRuns: 50 },
  )
})

/** Where a length takes another byte to write, and where the buffer of the batch must grow. */
test.each([0, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576, 5_000_000])(
  'a value of %i bytes comes back, as text and as bytes, whatever stands around it',
  async (length) => {
    vi.resetModules() // One that has written nothing large before.
    const fresh = await import('./record-batch.ts')
    const small = { key: 'A1', value: 'small' }
    for (const value of ['v'.repeat(length), Buffer.alloc(length, 'v')]) {
      const batch = fresh.encodeRecordBatch([small, { key: 'k', value }, small], 1)
      const [read] = readRecordBatches(batch) ?? []
      expect(read?.messages.map((one) => [one.key, one.value.length])).toEqual([
        ['A1', 5],
        ['k', length],
        ['A1', 5],
      ])
      expect(read?.messages[1]?.value.equals(Buffer.from(value))).toBe(true)
    }
  },
)

test('a record takes no more room than is made for it, of characters of any length', () => {
  const long = ['a', 'é', '€', '😀'].map((character) => character.repeat(1_000))
  for (const text of long) {
    for (const record of [
      { key: text, value: '' },
      { key: '', value: text },
      { key: '', value: Buffer.from(text) },
    ]) {
      const bytes = encodeRecordBatch([record], 1).length - encodedHeader.length
      expect(bytes).toBeLessThanOrEqual(recordBytesMax(record))
    }
  }
  expect(recordBytesMax({ key: 'abc', value: Buffer.alloc(1_000) })).toBeLessThan(1_050)
})

test('the head of a batch says what the broker asks for', () => {
  expect(encodedHeader.subarray(0, 8)).toEqual(Buffer.alloc(8)) // The first offset is the broker's.
  expect(encodedHeader.readInt32BE(12)).toBe(-1) // So is the leader's epoch.
  expect(encodedHeader.readInt8(16)).toBe(2)
  expect(encodedHeader.readInt16BE(21)).toBe(0)
  expect(encodedHeader.subarray(43, 57)).toEqual(Buffer.alloc(14, 255)) // Nobody numbers batches.
})

test('a batch that is cut off is left for the next fetch', () => {
  const batch = encodeRecordBatch([{ key: 'A1', value: 'one' }], 1)
  const log = Buffer.concat([batch, batch])
  for (let length = 0; length < log.length; length += 1) {
    const whole = length >= batch.length ? 1 : 0
    expect(readRecordBatches(log.subarray(0, length))).toHaveLength(whole)
  }
})

test('what other clients write is read: times of their own, headers, and no key or no value', async () => {
  const firstMs = 1_793_000_000_000
  const deltasMs = [0, 1, -1, 63, -64, 64, 86_400_000, -86_400_000, 2 ** 33, -(2 ** 33)]
  const theirs = deltasMs.map((timestampDelta, offsetDelta) =>
    theirRecord({
      timestampDelta,
      offsetDelta,
      key: offsetDelta % 2 === 0 ? 'key' : null,
      value: offsetDelta % 3 === 0 ? null : Buffer.from('value'),
      headers: { trace: 'abc' },
    }),
  )
  const { buffer } = await theirBatch({
    records: theirs,
    firstOffset: 7,
    firstTimestamp: firstMs,
    maxTimestamp: firstMs + 2 ** 33,
    lastOffsetDelta: theirs.length - 1,
  })
  const [batch] = readRecordBatches(buffer) ?? []
  expect(batch).toMatchObject({ lastOffset: 16, timestampMs: firstMs + 2 ** 33 })
  expect(
    batch?.messages.map((one) => [one.offset, one.timestampMs, one.key, one.value.toString()]),
  ).toEqual(
    deltasMs.map((delta, index) => [
      7 + index,
      firstMs + delta,
      index % 2 === 0 ? 'key' : '',
      index % 3 === 0 ? '' : 'value',
    ]),
  )
})

test('a batch of which the broker kept no record is read for its last offset', () => {
  const emptied = Buffer.from(encodedHeader)
  emptied.writeInt32BE(49, 8)
  emptied.writeInt32BE(4, 23)
  emptied.writeInt32BE(0, 57)
  expect(readRecordBatches(at(10, emptied))).toEqual([
    { lastOffset: 14, timestampMs: 1, messages: [] },
  ])
})

test('a batch of an older version is not read here', () => {
  const older = Buffer.from(encodeRecordBatch([{ key: 'A1', value: 'one' }], 1))
  older.writeInt8(1, 16)
  expect(readRecordBatches(older)).toBeUndefined()
})

test.each`
  bits         | what
  ${0b1}       | ${'compressed'}
  ${0b1_0000}  | ${'of a transaction'}
  ${0b10_0000} | ${'a control batch'}
`('a batch that is $what is not read here', ({ bits }) => {
  const batch = encodeRecordBatch([{ key: 'A1', value: 'one' }], 1)
  const other = Buffer.from(batch)
  other.writeInt16BE(bits, 21)
  expect(readRecordBatches(Buffer.concat([batch, other]))).toBeUndefined()
})

test('the time of arrival is that of the batch when the topic says so', () => {
  const batch = encodeRecordBatch([{ key: 'A1', value: 'one' }], 1)
  batch.writeInt16BE(0b1000, 21)
  batch.writeBigInt64BE(5_000n, 35)
  expect(readRecordBatches(batch)?.[0]?.messages[0]?.timestampMs).toBe(5_000)
})
