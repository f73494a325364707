/**
 * Kafka's record batch, version 2: what a topic's log consists of, and what is in a request to write
 * and an answer with messages. https://kafka.apache.org/documentation/#recordbatch
 *
 * | at | bytes | field          | at | bytes | field         | at | bytes | field              |
 * | -- | ----- | -------------- | -- | ----- | ------------- | -- | ----- | ------------------ |
 * | 0  | 8     | first offset   | 17 | 4     | CRC-32C of 21…| 43 | 8     | producer id        |
 * | 8  | 4     | bytes from 12 on| 21 | 2    | attributes    | 51 | 2     | producer epoch     |
 * | 12 | 4     | leader epoch   | 23 | 4     | last offset − first | 53 | 4 | first sequence   |
 * | 16 | 1     | version, 2     | 27, 35 | 8, 8 | first, last time | 57 | 4 | count of records |
 *
 * A record is: its bytes, 0, time − first time, offset − first offset, key, value, count of headers;
 * all but the 0 are varints (zigzag), and key, value and headers follow their lengths.
 */
import { crc32c } from './crc32c.ts'
import type { StreamMessage } from '../stream.ts'

const HEADER_BYTES = 61
const LENGTH_END = 12
const VERSION_AT = 16
const ATTRIBUTES_AT = 21
const VERSION = 2
/** Bits of the attributes: codec, transactional, control. Batches with any of them are not plain. */
const NOT_PLAIN = 0b11_0111
const TIME_OF_APPEND = 0b1000
const UINT32 = 0x1_0000_0000
/** Five varints, the attributes and the count of headers. */
const RECORD_OVERHEAD_MAX = 32

export interface LogRecord {
  readonly key: string
  readonly value: string | Buffer
}

/** Where the next record is read from or written to. */
interface Cursor {
  bytes: Buffer
  at: number
}

/** One batch of at least one record. The bytes are the caller's. */
export function encodeRecordBatch(records: readonly LogRecord[], timestampMs: number): Buffer {
  const cursor = { bytes: scratch, at: HEADER_BYTES }
  for (let index = 0; index < records.length; index += 1)
    writeRecord(cursor, records[index]!, index)
  scratch = cursor.bytes
  const batch = Buffer.from(cursor.bytes.subarray(0, cursor.at))
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - LENGTH_END, 8)
  batch.writeInt32BE(-1, LENGTH_END)
  batch.writeInt8(VERSION, VERSION_AT)
  batch.writeInt16BE(0, ATTRIBUTES_AT)
  batch.writeInt32BE(records.length - 1, 23)
  batch.writeBigInt64BE(BigInt(timestampMs), 27)
  batch.writeBigInt64BE(BigInt(timestampMs), 35)
  batch.fill(255, 43, 57) // −1 three times: nobody numbers these batches.
  batch.writeInt32BE(records.length, 57)
  batch.writeUInt32BE(crc32c(batch, ATTRIBUTES_AT, batch.length), 17)
  return batch
}

/** Used again for each batch, so that writing one allocates the batch and nothing else. */
let scratch = Buffer.allocUnsafeSlow(1 << 20)

/** At most so many bytes are in a batch beside its header for this record. */
export function recordBytesMax({ key, value }: LogRecord): number {
  const valueBytes = typeof value === 'string' ? value.length * 3 : value.length
  return RECORD_OVERHEAD_MAX + key.length * 3 + valueBytes
}

function writeRecord(cursor: Cursor, record: LogRecord, offsetDelta: number): void {
  makeRoom(cursor, recordBytesMax(record))
  const { key, value } = record
  const keyBytes = Buffer.byteLength(key)
  const valueBytes = typeof value === 'string' ? Buffer.byteLength(value) : value.length
  const fixed = 4 + varintBytes(offsetDelta) - 1 // Attributes, time, offset, headers.
  const body = fixed + varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes
  writeVarint(cursor, body)
  cursor.bytes[cursor.at++] = 0
  cursor.bytes[cursor.at++] = 0
  writeVarint(cursor, offsetDelta)
  writeVarint(cursor, keyBytes)
  cursor.at += cursor.bytes.write(key, cursor.at)
  writeVarint(cursor, valueBytes)
  if (typeof value === 'string') cursor.at += cursor.bytes.write(value, cursor.at)
  else cursor.at += value.copy(cursor.bytes, cursor.at)
  cursor.bytes[cursor.at++] = 0
}

function makeRoom(cursor: Cursor, bytes: number): void {
  if (cursor.at + bytes <= cursor.bytes.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(cursor.bytes.length * 2, cursor.at + bytes))
  cursor.bytes.copy(larger, 0, 0, cursor.at)
  cursor.bytes = larger
}

/** Of what is not negative and below 2^30: lengths and counts. */
function writeVarint(cursor: Cursor, value: number): void {
  let rest = value * 2
  while (rest > 127) {
    cursor.bytes[cursor.at++] = (rest & 127) | 128
    rest >>>= 7
  }
  cursor.bytes[cursor.at++] = rest
}

function varintBytes(value: number): number {
  const zigzag = value * 2
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x20_0000) return 3
  return zigzag < 0x1000_0000 ? 4 : 5
}

/** The records of one batch. */
export interface ReadBatch {
  /** Of the last record that the batch had when it was written. */
  readonly lastOffset: number
  readonly timestampMs: number
  readonly messages: StreamMessage[]
}

/**
 * The whole batches that `bytes` begins with; the last one may be cut off. undefined when one is
 * compressed, of a transaction, or of an older version: what others write to a topic.
 */
export function readRecordBatches(bytes: Buffer): ReadBatch[] | undefined {
  const batches: ReadBatch[] = []
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    if (bytes[at + VERSION_AT] !== VERSION) return undefined
    if ((bytes.readInt16BE(at + ATTRIBUTES_AT) & NOT_PLAIN) !== 0) return undefined
    const end = at + LENGTH_END + bytes.readInt32BE(at + 8)
    if (end > bytes.length) break
    batches.push(readBatch(bytes, at))
    at = end
  }
  return batches
}

function readBatch(bytes: Buffer, start: number): ReadBatch {
  const firstOffset = readInt64(bytes, start)
  const lastMs = readInt64(bytes, start + 35)
  const isAppendTime = (bytes.readInt16BE(start + ATTRIBUTES_AT) & TIME_OF_APPEND) !== 0
  const firstMs = readInt64(bytes, start + 27)
  const count = bytes.readInt32BE(start + 57)
  const cursor = { bytes, at: start + HEADER_BYTES }
  const messages: StreamMessage[] = []
  for (let index = 0; index < count; index += 1) {
    const length = readVarint(cursor)
    const end = cursor.at + length
    cursor.at += 1
    const timestampMs = firstMs + readVarint(cursor)
    const offset = firstOffset + readVarint(cursor)
    const keyBytes = Math.max(0, readVarint(cursor))
    const keyAt = cursor.at
    cursor.at += keyBytes
    const valueBytes = Math.max(0, readVarint(cursor))
    const place = { keyAt, keyBytes, valueAt: cursor.at, valueBytes }
    messages.push(new BatchMessage(offset, isAppendTime ? lastMs : timestampMs, bytes, place))
    cursor.at = end
  }
  return { lastOffset: firstOffset + bytes.readInt32BE(start + 23), timestampMs: lastMs, messages }
}

interface RecordPlace {
  readonly keyAt: number
  readonly keyBytes: number
  readonly valueAt: number
  readonly valueBytes: number
}

/** A class for its getter: rating never looks at a key, so no text is made of it. */
class BatchMessage implements StreamMessage {
  readonly offset: number
  readonly timestampMs: number
  readonly value: Buffer
  readonly #bytes: Buffer
  readonly #keyAt: number
  readonly #keyEnd: number

  constructor(offset: number, timestampMs: number, bytes: Buffer, place: RecordPlace) {
    this.offset = offset
    this.timestampMs = timestampMs
    this.value = bytes.subarray(place.valueAt, place.valueAt + place.valueBytes)
    this.#bytes = bytes
    this.#keyAt = place.keyAt
    this.#keyEnd = place.keyAt + place.keyBytes
  }

  get key(): string {
    return this.#bytes.toString('utf8', this.#keyAt, this.#keyEnd)
  }
}

/** Zigzag; a time can be 64 bits long, so what is beyond 28 bits is added and not shifted. */
function readVarint(cursor: Cursor): number {
  const { bytes } = cursor
  let byte = bytes[cursor.at++]!
  if (byte < 128) return (byte >>> 1) ^ -(byte & 1)
  let value = byte & 127
  let factor = 128
  do {
    byte = bytes[cursor.at++]!
    value += (byte & 127) * factor
    factor *= 128
  } while (byte > 127)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * UINT32 + bytes.readUInt32BE(at + 4)
}
