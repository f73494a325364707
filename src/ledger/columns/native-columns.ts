/**
 * Columns of a block in ClickHouse's Native format, filled one value at a time into one growing
 * buffer each. Nothing is allocated for a value; a reset column keeps its buffer for the next batch.
 * Numbers are little endian, texts are a varint length and UTF-8, lists are end offsets and values.
 */
import assert from 'node:assert/strict'

/** What every column can do; `rowsCount` is the count of rows of the block. */
export interface NativeColumn {
  readonly bytes: () => Uint8Array[]
  readonly reset: () => void
}

const FIRST_CAPACITY = 4096
/** Below this a length is one byte as a varint. */
const SHORT_TEXT = 128

/** UTF-8 texts: short ASCII byte by byte, which beats the encoder's call; the rest encoded. */
export class TextColumn implements NativeColumn {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY)
  #used = 0
  #last = ''
  #lastStart = 0

  append(text: string): void {
    const length = text.length
    if (length === 0 && this.#used < this.#buffer.length) {
      this.#buffer[this.#used++] = 0
      this.#last = '' // What is copied below must end where the column ends.
      return
    }
    if (this.#used + length * 3 + 10 > this.#buffer.length) this.#grow(length * 3 + 10)
    const start = this.#used
    if (length > 16 && text === this.#last) {
      this.#buffer.copyWithin(start, this.#lastStart, start)
      this.#used = start + (start - this.#lastStart)
      this.#lastStart = start
      return
    }
    const buffer = this.#buffer
    if (length < SHORT_TEXT) {
      let at = start + 1
      let index = 0
      for (; index < length; index += 1) {
        const code = text.charCodeAt(index)
        if (code > 127) break
        buffer[at++] = code
      }
      if (index === length) {
        buffer[start] = length
        this.#used = at
        this.#last = text
        this.#lastStart = start
        return
      }
    }
    this.#appendEncoded(text)
    this.#last = text
    this.#lastStart = start
  }

  /** The same text for all of `count` rows. */
  fill(text: string, count: number): void {
    const before = this.#used
    this.append(text)
    const size = this.#used - before
    if (this.#used + size * count > this.#buffer.length) this.#grow(size * count)
    let filled = size
    while (filled < size * count) {
      const step = Math.min(filled, size * count - filled)
      this.#buffer.copyWithin(before + filled, before, before + step)
      filled += step
    }
    this.#used = before + filled
    this.#last = ''
  }

  bytes = (): Uint8Array[] => [this.#buffer.subarray(0, this.#used)]

  reset = (): void => {
    this.#used = 0
    this.#last = ''
  }

  #appendEncoded(text: string): void {
    let length = Buffer.byteLength(text)
    while (length >= 128) {
      this.#buffer[this.#used++] = (length & 127) | 128
      length = Math.floor(length / 128)
    }
    this.#buffer[this.#used++] = length
    this.#used += this.#buffer.write(text, this.#used)
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#used + needed))
    this.#buffer.copy(larger, 0, 0, this.#used)
    this.#buffer = larger
  }
}

/** Int64, Decimal(18,6) as its count of micros, DateTime64(3) as milliseconds. */
export class Int64Column implements NativeColumn {
  #words = new Int32Array(FIRST_CAPACITY)
  #used = 0

  append(value: number): void {
    if (this.#used === this.#words.length) this.#words = doubled(this.#words)
    const low = value | 0
    this.#words[this.#used] = low
    if (low === value) {
      this.#words[this.#used + 1] = low >> 31
    } else {
      if (!Number.isSafeInteger(value)) assert.fail(`${value} is not an exact integer`)
      this.#words[this.#used + 1] = Math.floor(value / 4_294_967_296)
    }
    this.#used += 2
  }

  fill(value: number, count: number): void {
    for (let index = 0; index < count; index += 1) this.append(value)
  }

  /** first, first + 1, … */
  count(first: number, count: number): void {
    for (let index = 0; index < count; index += 1) this.append(first + index)
  }

  bytes = (): Uint8Array[] => [new Uint8Array(this.#words.buffer, 0, this.#used * 4)]

  reset = (): void => {
    this.#used = 0
  }
}

/** UInt32 and Int32. */
export class Int32Column implements NativeColumn {
  #words = new Int32Array(FIRST_CAPACITY)
  #used = 0

  append(value: number): void {
    if (value !== (value | 0) && value !== value >>> 0) assert.fail(`${value} has no 32 bits`)
    if (this.#used === this.#words.length) this.#words = doubled(this.#words)
    this.#words[this.#used++] = value
  }

  fill(value: number, count: number): void {
    for (let index = 0; index < count; index += 1) this.append(value)
  }

  bytes = (): Uint8Array[] => [new Uint8Array(this.#words.buffer, 0, this.#used * 4)]

  reset = (): void => {
    this.#used = 0
  }
}

/** Date: days since 1970-01-01. */
export class DayColumn implements NativeColumn {
  #words = new Uint16Array(FIRST_CAPACITY)
  #used = 0

  append(day: number): void {
    if (this.#used === this.#words.length) {
      const larger = new Uint16Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words[this.#used++] = day
  }

  bytes = (): Uint8Array[] => [new Uint8Array(this.#words.buffer, 0, this.#used * 2)]

  reset = (): void => {
    this.#used = 0
  }
}

/** One byte a value, by what the columns below make of it. */
abstract class ByteColumn implements NativeColumn {
  #bytes = new Uint8Array(FIRST_CAPACITY)
  #used = 0

  bytes = (): Uint8Array[] => [this.#bytes.subarray(0, this.#used)]

  reset = (): void => {
    this.#used = 0
  }

  protected push(byte: number): void {
    if (this.#used === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#used++] = byte
  }
}

/** Int8. */
export class Int8Column extends ByteColumn {
  append(value: number): void {
    this.push(value)
  }
}

/** UInt8: 1 for true. */
export class FlagColumn extends ByteColumn {
  append(value: boolean): void {
    this.push(value ? 1 : 0)
  }
}

/** Enum8: a word of a closed list, by its code. Most words are that of the row before. */
export class WordColumn extends ByteColumn {
  readonly #codes: ReadonlyMap<string, number>
  #last: string | undefined
  #lastCode = 0

  constructor(codes: ReadonlyMap<string, number>) {
    super()
    this.#codes = codes
  }

  append(word: string): void {
    if (word !== this.#last) {
      const code = this.#codes.get(word)
      if (code === undefined) assert.fail(`"${word}" is no word of the column`)
      this.#last = word
      this.#lastCode = code
    }
    this.push(this.#lastCode)
  }
}

/** Array(String): the end offset of each row's list, then all texts. */
export class TextListColumn implements NativeColumn {
  readonly #ends = new Int64Column()
  readonly #texts = new TextColumn()
  #count = 0

  append(texts: readonly string[]): void {
    for (const text of texts) this.#texts.append(text)
    this.#count += texts.length
    this.#ends.append(this.#count)
  }

  bytes = (): Uint8Array[] => [...this.#ends.bytes(), ...this.#texts.bytes()]

  reset = (): void => {
    this.#ends.reset()
    this.#texts.reset()
    this.#count = 0
  }
}

/** Array(Int64). */
export class Int64ListColumn implements NativeColumn {
  readonly #ends = new Int64Column()
  readonly #values = new Int64Column()
  #count = 0

  append(values: readonly number[]): void {
    for (const value of values) this.#values.append(value)
    this.#count += values.length
    this.#ends.append(this.#count)
  }

  bytes = (): Uint8Array[] => [...this.#ends.bytes(), ...this.#values.bytes()]

  reset = (): void => {
    this.#ends.reset()
    this.#values.reset()
    this.#count = 0
  }
}

/** Header of a block, and of one column in it. */
export function blockHeader(columnsCount: number, rowsCount: number): Uint8Array {
  return Uint8Array.from([...varint(columnsCount), ...varint(rowsCount)])
}

export function columnHeader(name: string, type: string): Uint8Array {
  const header = new TextColumn()
  header.append(name)
  header.append(type)
  return Buffer.concat(header.bytes())
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128)
  return [...bytes, rest]
}

function doubled(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length * 2)
  larger.set(words)
  return larger
}
