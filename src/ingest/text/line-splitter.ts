/**
 * Bytes to lines, for every text format: the one place that knows about chunk boundaries, line ends,
 * encodings and the bound on a record. A line never depends on how the bytes were cut.
 *
 * Line ends: LF with an optional CR before it, unless the first line end of the file is a CR alone;
 * then CR, LF and CRLF all end a line. Empty lines are not records and are skipped, but for formats
 * in which an empty line ends a record.
 * Encoding: `auto` reads a line as UTF-8 when it is valid UTF-8 and as Latin-1 when it is not, so that
 * one stray byte in a caller's name costs neither the record nor the rest of the file.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { RECORD_BYTES_MAX } from '../format.ts'

export type TextEncoding = 'auto' | 'utf-8' | 'latin1'

export interface LineSink {
  /** One line without its end. `terminated` is false only for a last line without a line end. */
  line(text: string, terminated: boolean): void
  /** A line longer than RECORD_BYTES_MAX: its first bytes; the rest was skipped. */
  oversized(head: string): void
}

/** How much of a record that is too long is kept. */
const OVERSIZED_HEAD_BYTES = 1_024
/** Pieces of an open line before they are joined. */
const PIECES_MAX = 1_024

const LF = 10
const CR = 13
const EMPTY = Buffer.alloc(0)

/** Lines of one file or stream. */
export class LineSplitter {
  readonly #encoding: TextEncoding
  readonly #keepsEmpty: boolean
  /** Pieces of the line that is still open. */
  #pieces: Buffer[] = []
  #openBytes = 0
  /** The open line is too long: its bytes are dropped until it ends. */
  #isSkipping = false
  #lineEnds: 'unknown' | 'lf' | 'any' = 'unknown'
  /** The last chunk ended with a CR that the next byte will explain. */
  #holdsCr = false
  #isFirstLine = true
  /** undefined once the first record came. */
  #isLeading: ((line: string) => boolean) | undefined

  /** `isLeading` is asked of each line, in order, until it is no more: see leading-lines.ts. */
  constructor(
    encoding: TextEncoding = 'auto',
    lines: 'skip-empty' | 'keep-empty' = 'skip-empty',
    isLeading?: (line: string) => boolean,
  ) {
    this.#encoding = encoding
    this.#keepsEmpty = lines === 'keep-empty'
    this.#isLeading = isLeading
  }

  push(chunk: Uint8Array, sink: LineSink): void {
    const bytes = this.#withHeldCr(chunk)
    if (this.#lineEnds === 'unknown' && !this.#decideLineEnds(bytes)) {
      this.#holdsCr = bytes[bytes.length - 1] === CR
      this.#keepOpen(this.#holdsCr ? bytes.subarray(0, -1) : bytes)
      return
    }
    const last = this.#lastEnd(bytes)
    if (last === -1) {
      this.#keepOpen(bytes)
      return
    }
    let from = 0
    if (this.#openBytes > 0) {
      const first = this.#firstEnd(bytes, 0)
      this.#keepOpen(bytes.subarray(0, first))
      this.#closeOpen(sink, true)
      from = first + 1
    }
    if (from <= last) this.#deliverAll(bytes.subarray(from, last + 1), sink)
    this.#keepOpen(bytes.subarray(last + 1))
  }

  /** Delivers the last line when the file does not end with a line end. */
  end(sink: LineSink): void {
    if (this.#openBytes > 0) this.#closeOpen(sink, this.#holdsCr)
    this.#holdsCr = false
  }

  #withHeldCr(chunk: Uint8Array): Buffer {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (!this.#holdsCr || bytes.length === 0) return bytes
    this.#holdsCr = false
    return Buffer.concat([Buffer.of(CR), bytes])
  }

  /** Decides the file's line ends by its first one. A CR that ends the chunk waits for the next. */
  #decideLineEnds(bytes: Buffer): boolean {
    const lf = bytes.indexOf(LF)
    const cr = bytes.indexOf(CR)
    if (cr === -1 || (lf !== -1 && lf < cr)) {
      if (lf !== -1) this.#lineEnds = 'lf'
    } else if (cr + 1 < bytes.length) this.#lineEnds = bytes[cr + 1] === LF ? 'lf' : 'any'
    return this.#lineEnds !== 'unknown'
  }

  #firstEnd(bytes: Buffer, from: number): number {
    const lf = bytes.indexOf(LF, from)
    if (this.#lineEnds === 'lf') return lf
    return earlierOf(lf, bytes.indexOf(CR, from))
  }

  #lastEnd(bytes: Buffer): number {
    const lf = bytes.lastIndexOf(LF)
    return this.#lineEnds === 'lf' ? lf : Math.max(lf, bytes.lastIndexOf(CR))
  }

  #keepOpen(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isSkipping) return
    this.#pieces.push(Buffer.from(bytes)) // A copy: the caller may use its chunk again.
    this.#openBytes += bytes.length
    if (this.#openBytes > RECORD_BYTES_MAX + 1) {
      // One byte more than the bound, for the CR of a CRLF.
      this.#pieces = [Buffer.concat(this.#pieces).subarray(0, OVERSIZED_HEAD_BYTES)]
      this.#isSkipping = true
    } else if (this.#pieces.length > PIECES_MAX) this.#pieces = [Buffer.concat(this.#pieces)]
  }

  #closeOpen(sink: LineSink, terminated: boolean): void {
    const open =
      this.#pieces.length === 1 ? (this.#pieces[0] ?? EMPTY) : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#openBytes = 0
    if (this.#isSkipping) {
      this.#isSkipping = false
      this.#isFirstLine = false
      sink.oversized(headOf(open))
    } else this.#deliver(decodeLine(open, this.#encoding), terminated, sink, open)
  }

  /** Whole lines, each with its end. */
  #deliverAll(segment: Buffer, sink: LineSink): void {
    const text = decodeWhole(segment, this.#encoding)
    if (text === undefined) {
      this.#deliverSingly(segment, sink)
      return
    }
    let from = 0
    while (from < text.length) {
      const lf = text.indexOf('\n', from)
      const end = this.#lineEnds === 'lf' ? lf : earlierOf(lf, text.indexOf('\r', from))
      this.#deliver(text.slice(from, end), true, sink)
      from = end + 1
    }
  }

  #deliverSingly(segment: Buffer, sink: LineSink): void {
    let from = 0
    while (from < segment.length) {
      const end = this.#firstEnd(segment, from)
      const bytes = segment.subarray(from, end)
      this.#deliver(decodeLine(bytes, this.#encoding), true, sink, bytes)
      from = end + 1
    }
  }

  /** `bytes` are the line's own where it was decoded singly; elsewhere the encoding gives them. */
  #deliver(text: string, terminated: boolean, sink: LineSink, bytes?: Buffer): void {
    let line = text
    if (this.#lineEnds !== 'any' && line.charCodeAt(line.length - 1) === CR) {
      line = line.slice(0, -1)
    }
    if (this.#isFirstLine) {
      this.#isFirstLine = false
      line = line.replace(/^(?:\uFEFF|\u00EF\u00BB\u00BF)/, '')
    }
    if (line.length === 0 && !this.#keepsEmpty) return
    if (this.#isLeading !== undefined) {
      if (this.#isLeading(line)) return
      this.#isLeading = undefined
    }
    if (isTooLong(line, this.#encoding)) {
      sink.oversized(headOf(bytes ?? Buffer.from(line, writtenAs(this.#encoding))))
    } else sink.line(line, terminated)
  }
}

/** The first line of a file's head, for detection. */
export function firstLineOf(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  return /^(?:\u00EF\u00BB\u00BF)?([^\r\n]*)/.exec(text)?.[1] ?? ''
}

function earlierOf(lf: number, cr: number): number {
  return lf === -1 || cr === -1 ? Math.max(lf, cr) : Math.min(lf, cr)
}

/** The text of whole lines at once, or undefined when the lines must be decoded one by one. */
function decodeWhole(bytes: Buffer, encoding: TextEncoding): string | undefined {
  if (encoding === 'latin1' || isAscii(bytes)) return bytes.toString('latin1')
  if (encoding === 'utf-8' || isUtf8(bytes)) return bytes.toString('utf8')
  return undefined
}

function decodeLine(bytes: Buffer, encoding: TextEncoding): string {
  return decodeWhole(bytes, encoding) ?? bytes.toString('latin1')
}

function writtenAs(encoding: TextEncoding): 'latin1' | 'utf-8' {
  return encoding === 'latin1' ? 'latin1' : 'utf-8'
}

function isTooLong(line: string, encoding: TextEncoding): boolean {
  if (line.length > RECORD_BYTES_MAX) return true
  if (line.length * 3 <= RECORD_BYTES_MAX) return false
  return Buffer.byteLength(line, writtenAs(encoding)) > RECORD_BYTES_MAX
}

function headOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, OVERSIZED_HEAD_BYTES)
}
