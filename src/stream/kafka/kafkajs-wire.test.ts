/** What replaces parts of kafkajs says and hears the same as they do. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { messagesOf, useOwnBatches } from './kafkajs-wire.ts'
import { encodeRecordBatch } from './record-batch.ts'

interface Coder {
  buffer: Buffer
  offset: number
}
type Encoded = Promise<Coder>

const require = createRequire(import.meta.url)
const load = (name: string): unknown => require(`kafkajs/src/protocol/${name}`)
const Decoder = load('decoder') as new (bytes: Buffer) => Coder
/** Taken before they are replaced, unless another test file of this process did so; both fall back. */
const theirDecode = load('requests/fetch/v4/decodeMessages') as (
  decoder: Coder,
) => Promise<object[]>
useOwnBatches()
const decode = load('requests/fetch/v4/decodeMessages') as (
  decoder: Coder,
) => Promise<Parameters<typeof messagesOf>[0][]>
const produce = load('requests/produce/v7/request') as (parts: object) => {
  encode: () => Encoded
  apiVersion: number
}

const records = Array.from({ length: 300 }, (_, index) => ({
  key: `account-${index}`,
  value: `{"usage":"${'ü'.repeat(index)}"}`,
}))

async function requestOf(messages: readonly object[]): Promise<Buffer> {
  const topicData = [
    { topic: 'usage', partitions: [{ partition: 3, messages, firstSequence: -1 }] },
  ]
  const { encode, apiVersion } = produce({
    acks: -1,
    timeout: 30_000,
    topicData,
    producerEpoch: -1,
  })
  expect(apiVersion).toBe(7)
  return (await encode()).buffer
}

test('a request with a batch of ours is, byte for byte, the one that kafkajs would make of the records', async () => {
  const timestampMs = 1_793_000_000_000
  const theirs = await requestOf(
    records.map((record) => ({ ...record, timestamp: String(timestampMs) })),
  )
  const batch = { value: encodeRecordBatch(records, timestampMs), partition: 3, isBatch: true }
  const ours = await requestOf([batch])
  expect(ours.length).toBe(theirs.length)
  const start = ours.length - batch.value.length
  expect(ours.subarray(0, start)).toEqual(theirs.subarray(0, start))
  // The leader's epoch is the broker's to fill in; the checksum is tested by itself.
  const withoutEpoch = (bytes: Buffer) => Buffer.from(bytes).fill(0, start + 12, start + 16)
  expect(withoutEpoch(ours)).toEqual(withoutEpoch(theirs))
})

function answerWith(batch: Buffer): Coder {
  const size = Buffer.alloc(4)
  size.writeInt32BE(batch.length)
  return new Decoder(Buffer.concat([size, batch, Buffer.from('what follows')]))
}

test('messages that came are the ones that kafkajs would read', async () => {
  const batch = encodeRecordBatch(records, 1_793_000_000_000)
  const decoder = answerWith(batch)
  const came = await decode(decoder)
  expect(came).toHaveLength(1)
  expect(came[0]?.offset).toBe('299')
  expect(decoder.offset).toBe(4 + batch.length)
  const ours = came.flatMap((one) => messagesOf(one) ?? [])
  expect(ours.map(({ key, value }) => ({ key, value: value.toString() }))).toEqual(records)
  expect(ours.map(({ offset }) => offset)).toEqual(records.map((_, index) => index))
})

test('a batch of a transaction is left to kafkajs', async () => {
  const batch = encodeRecordBatch(records, 1_793_000_000_000)
  batch.writeInt16BE(0b1_0000, 21)
  const decoder = answerWith(batch)
  const came = await decode(decoder)
  expect(came).toHaveLength(records.length)
  expect(came.map((one) => messagesOf(one))).toEqual(records.map(() => undefined))
  expect(came.map(({ offset, value }) => [offset, value?.toString()])).toEqual(
    records.map(({ value }, index) => [String(index), value]),
  )
  expect(await theirDecode(answerWith(batch))).toEqual(came)
})

test('an answer that ends with its messages is read here, one that is cut off not at all', async () => {
  const batch = encodeRecordBatch(records, 1_793_000_000_000)
  const size = Buffer.alloc(4)
  size.writeInt32BE(2 * batch.length)
  const answer = Buffer.concat([size, batch, batch])
  const came = await decode(new Decoder(answer))
  expect(came.flatMap((one) => messagesOf(one) ?? [])).toHaveLength(2 * records.length)
  expect(await decode(new Decoder(answer.subarray(0, -2)))).toEqual([])
})

test('a partition in a request has one batch, and nothing beside it', async () => {
  const [record] = records
  const batch = { value: encodeRecordBatch(records, 1), partition: 3, isBatch: true }
  await expect(requestOf([batch, batch])).rejects.toThrow('one batch a partition')
  await expect(requestOf([record ?? {}, batch])).rejects.toThrow('one batch a partition')
})

test('an answer without messages is read as none', async () => {
  expect(await decode(new Decoder(Buffer.from([0, 0, 0, 0])))).toEqual([])
})
