/**
 * kafkajs without its work for each message: it writes batches that are encoded already, and hands
 * over whole batches of messages (record-batch.ts). Two of its modules are replaced for that, once
 * and for the whole process; what is not ours goes through the originals (decision 0224). The
 * version is pinned in package.json, and kafkajs-wire.test.ts compares with the originals.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { KafkaMessage, Message } from 'kafkajs'
import { readRecordBatches } from './record-batch.ts'
import type { StreamMessage } from '../stream.ts'

const require = createRequire(import.meta.url)
const PRODUCE_REQUEST = 'kafkajs/src/protocol/requests/produce/v3/request'
const FETCHED_MESSAGES = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages'
const ENCODER = 'kafkajs/src/protocol/encoder'

/** Stands for one batch of `encodeRecordBatch`. One for each partition in a request. */
export interface BatchToWrite extends Message {
  readonly value: Buffer
  readonly partition: number
  readonly isBatch: true
}

/** Stands for one batch that came. */
type BatchThatCame = KafkaMessage & { readonly messagesOfBatch: readonly StreamMessage[] }

/** undefined for a message that kafkajs read by itself. */
export function messagesOf(message: KafkaMessage): readonly StreamMessage[] | undefined {
  return 'messagesOfBatch' in message
    ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only decodeMessages below sets it
      (message as BatchThatCame).messagesOfBatch
    : undefined
}

/** The parts of kafkajs's own classes that are used here. */
interface Encoder {
  writeString(text: string | null): Encoder
  writeInt16(value: number): Encoder
  writeInt32(value: number): Encoder
  writeBytes(bytes: Buffer): Encoder
}

interface Decoder {
  readonly buffer: Buffer
  offset: number
  readInt32(): number
}

interface ProduceParts {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string | null
  readonly topicData: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly messages: readonly (Message | BatchToWrite)[]
    }[]
  }[]
}

type ProduceRequest = (parts: ProduceParts) => { encode: () => Promise<Encoder> }
type DecodeMessages = (decoder: Decoder) => Promise<object[]>

/** Call before the first request. */
export function useOwnBatches(): void {
  replace(PRODUCE_REQUEST, (original: ProduceRequest): ProduceRequest => (parts) => {
    const request = original(parts)
    const isOurs = parts.topicData.some(({ partitions }) =>
      partitions.some(({ messages }) => messages.some(isBatch)),
    )
    return isOurs ? { ...request, encode: () => Promise.resolve(encodeRequest(parts)) } : request
  })
  replace(FETCHED_MESSAGES, (original: DecodeMessages): DecodeMessages => async (decoder) => {
    return decodeMessages(decoder) ?? original(decoder)
  })
}

function isBatch(message: Message | BatchToWrite): message is BatchToWrite {
  return 'isBatch' in message
}

/** Produce request, version 3 and later: transaction, acks, timeout, topics of partitions of a batch. */
function encodeRequest({ transactionalId, acks, timeout, topicData }: ProduceParts): Encoder {
  const encoder = newEncoder()
    .writeString(transactionalId ?? null)
    .writeInt16(acks)
    .writeInt32(timeout)
    .writeInt32(topicData.length)
  for (const { topic, partitions } of topicData) {
    encoder.writeString(topic).writeInt32(partitions.length)
    for (const { partition, messages } of partitions) {
      const [batch] = messages
      assert(
        messages.length === 1 && batch !== undefined && isBatch(batch),
        'one batch a partition',
      )
      encoder.writeInt32(partition).writeBytes(batch.value)
    }
  }
  return encoder
}

function newEncoder(): Encoder {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kafkajs has no types for its inner classes
  const Class = require(ENCODER) as new () => Encoder
  return new Class()
}

/** undefined, and nothing read, when kafkajs has to read these itself. */
function decodeMessages(decoder: Decoder): BatchThatCame[] | undefined {
  const start = decoder.offset
  const size = decoder.readInt32()
  const from = decoder.offset
  const isWhole = size > 0 && decoder.buffer.length - from >= size
  const batches = isWhole
    ? readRecordBatches(decoder.buffer.subarray(from, from + size))
    : undefined
  if (batches === undefined) {
    decoder.offset = start
    return undefined
  }
  decoder.offset = from + size
  return batches.map(({ lastOffset, timestampMs, messages }) => ({
    key: null,
    value: null,
    timestamp: String(timestampMs),
    attributes: 0,
    offset: String(lastOffset),
    headers: {},
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
    messagesOfBatch: messages,
  }))
}

/** In the cache of `require`, from which kafkajs takes its modules when a request first needs them. */
function replace<Module>(name: string, wrap: (original: Module) => Module): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kafkajs has no types for its inner modules
  const original = require(name) as Module
  const cached = require.cache[require.resolve(name)]
  assert(cached !== undefined, 'a module that was required is in the cache')
  cached.exports = wrap(original)
}
