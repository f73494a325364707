/**
 * Bytes to JSON objects: one document in a file, several after each other, one a line, or a list.
 * Memory is bounded by RECORD_BYTES_MAX. What is broken costs one record: a line break inside a
 * string, which JSON does not allow, and a `{` at the start of a line inside a document both mean that
 * the document before was cut off; text outside of documents is one malformed record a line.
 */
import { RECORD_BYTES_MAX } from '../format.ts'

export interface DocumentSink {
  document(text: string): void
  /** A document that was cut off, by the end of the file or by the next document. */
  cut(text: string): void
  /** Text between documents. */
  stray(text: string): void
  /** A document longer than RECORD_BYTES_MAX: its first bytes. */
  oversized(head: string): void
}

const HEAD_BYTES = 1_024
/** Pieces of an open document before they are joined. */
const PIECES_MAX = 1_024
const LF = 10
const CR = 13
const QUOTE = 34
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125
/** Blanks, and the brackets and commas of a list of documents. */
const BETWEEN = new Set([9, LF, CR, 32, 44, 91, 93])

/** Documents of one file or stream. */
export class DocumentSplitter {
  #pieces: Buffer[] = []
  #keptBytes = 0
  #depth = 0
  #isInString = false
  #isEscaped = false
  #isStray = false
  #isAtLineStart = true

  push(chunk: Uint8Array, sink: DocumentSink): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    /** Start of the document or stray text that is open, within this chunk. */
    let from = 0
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (this.#depth === 0) {
        from = this.#stepOutside(byte, bytes, from, at, sink)
      } else if (this.#isInString && byte !== LF) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (byte === BACKSLASH) this.#isEscaped = true
        else if (byte === QUOTE) this.#isInString = false
      } else if (byte === QUOTE) this.#isInString = true
      else if (byte === OPEN && !this.#isAtLineStart) this.#depth += 1
      else if (byte === OPEN || (byte === LF && this.#isInString)) {
        this.#keep(bytes.subarray(from, at))
        this.#finish((text) => sink.cut(text), sink)
        from = at
        if (byte === OPEN) this.#depth = 1
      } else if (byte === CLOSE && (this.#depth -= 1) === 0) {
        this.#keep(bytes.subarray(from, at + 1))
        this.#finish((text) => sink.document(text), sink)
        from = at + 1
      }
      this.#isAtLineStart = byte === LF || byte === CR
    }
    if (this.#depth > 0 || this.#isStray) this.#keep(bytes.subarray(from))
  }

  end(sink: DocumentSink): void {
    if (this.#depth > 0) this.#finish((text) => sink.cut(text), sink)
    else if (this.#isStray) this.#finish((text) => sink.stray(text), sink)
  }

  /** Between documents; returns where the open text starts now. */
  #stepOutside(byte: number, bytes: Buffer, from: number, at: number, sink: DocumentSink): number {
    if (this.#isStray) {
      const isLineEnd = byte === LF || byte === CR
      if (!isLineEnd && !(byte === OPEN && this.#isAtLineStart)) return from
      this.#keep(bytes.subarray(from, at))
      this.#finish((text) => sink.stray(text), sink)
    }
    if (byte === OPEN) this.#depth = 1
    else if (!BETWEEN.has(byte) && !isMark(byte)) this.#isStray = true
    return at
  }

  #keep(bytes: Buffer): void {
    this.#keptBytes += bytes.length
    if (this.#keptBytes > RECORD_BYTES_MAX) {
      const head = this.#pieces.length === 0 ? bytes : Buffer.concat([...this.#pieces, bytes])
      this.#pieces = [Buffer.from(head.subarray(0, HEAD_BYTES))]
    } else if (bytes.length > 0) this.#pieces.push(Buffer.from(bytes))
    if (this.#pieces.length > PIECES_MAX) this.#pieces = [Buffer.concat(this.#pieces)]
  }

  #finish(deliver: (text: string) => void, sink: DocumentSink): void {
    const bytes = Buffer.concat(this.#pieces)
    const isTooLong = this.#keptBytes > RECORD_BYTES_MAX
    this.#pieces = []
    this.#keptBytes = 0
    this.#depth = 0
    this.#isInString = false
    this.#isEscaped = false
    this.#isStray = false
    if (isTooLong) sink.oversized(bytes.toString('latin1', 0, HEAD_BYTES))
    else deliver(bytes.toString('utf8'))
  }
}

/** The bytes of a UTF-8 byte order mark. */
function isMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf
}
