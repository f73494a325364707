/**
 * Bytes to lines, for every text format: the one place that knows about chunk boundaries, line ends,
 * encodings and the bound on a record. A line never depends on how the bytes were cut.
 *
 * Line ends: LF with an optional CR before it, unless the first line end of the file is a CR alone;
 * then CR, LF and CRLF all end a line. Empty lines are not records and are skipped.
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

export interface LineSplitter {
  push(chunk: Uint8Array, sink: LineSink): void
  end(sink: LineSink): void
}

/** How much of a record that is too long is kept. */
export const OVERSIZED_HEAD_BYTES = 1_024

const LF = 10
const CR = 13
const EMPTY = Buffer.alloc(0)

export function createLineSplitter(encoding: TextEncoding = 'auto'): LineSplitter {
  /** Pieces of the line that is still open. */
  let pieces: Buffer[] = []
  let openBytes = 0
  /** The open line is too long: its bytes are dropped until it ends. */
  let skipping = false
  let lineEnds: 'unknown' | 'lf' | 'any' = 'unknown'
  let isFirstLine = true

  function keepOpen(bytes: Buffer): void {
    if (bytes.length === 0 || skipping) return
    pieces.push(Buffer.from(bytes)) // A copy: the caller may reuse its chunk.
    openBytes += bytes.length
    if (openBytes > RECORD_BYTES_MAX + 1) {
      // One byte more than the bound, for the CR of a CRLF.
      pieces = [Buffer.concat(pieces).subarray(0, OVERSIZED_HEAD_BYTES)]
      skipping = true
    } else if (pieces.length > 64) pieces = [Buffer.concat(pieces)]
  }

  function takeOpen(): Buffer {
    const open = pieces.length === 1 ? (pieces[0] ?? EMPTY) : Buffer.concat(pieces)
    pieces = []
    openBytes = 0
    return open
  }

  /** `bytes` are the line's own where it was decoded singly; elsewhere the encoding gives them. */
  function deliver(text: string, terminated: boolean, sink: LineSink, bytes?: Buffer): void {
    let line = text
    if (lineEnds !== 'any' && line.charCodeAt(line.length - 1) === CR) line = line.slice(0, -1)
    if (isFirstLine) {
      isFirstLine = false
      line = line.replace(/^(?:\uFEFF|\u00EF\u00BB\u00BF)/, '')
    }
    if (line.length === 0) return
    if (isTooLong(line, encoding)) {
      sink.oversized(headOf(bytes ?? Buffer.from(line, writeAs(encoding))))
    } else sink.line(line, terminated)
  }

  function closeOpen(sink: LineSink, terminated: boolean): void {
    const open = takeOpen()
    if (skipping) {
      skipping = false
      isFirstLine = false
      sink.oversized(headOf(open))
    } else deliver(decodeLine(open, encoding), terminated, sink, open)
  }

  /** Whole lines, each with its end. */
  function deliverAll(segment: Buffer, sink: LineSink): void {
    const text = decodeAll(segment, encoding)
    if (text === undefined) {
      deliverSingly(segment, sink)
      return
    }
    let from = 0
    while (from < text.length) {
      const end = endOfLine(text, from)
      deliver(text.slice(from, end), true, sink)
      from = end + 1
    }
  }

  function deliverSingly(segment: Buffer, sink: LineSink): void {
    let from = 0
    while (from < segment.length) {
      const end = firstEnd(segment.subarray(from)) + from
      const bytes = segment.subarray(from, end)
      deliver(decodeLine(bytes, encoding), true, sink, bytes)
      from = end + 1
    }
  }

  function endOfLine(text: string, from: number): number {
    const lf = text.indexOf('\n', from)
    if (lineEnds === 'lf') return lf
    const cr = text.indexOf('\r', from)
    if (lf === -1 || cr === -1) return Math.max(lf, cr)
    return Math.min(lf, cr)
  }

  function firstEnd(bytes: Buffer): number {
    const lf = bytes.indexOf(LF)
    if (lineEnds === 'lf') return lf
    const cr = bytes.indexOf(CR)
    if (lf === -1 || cr === -1) return Math.max(lf, cr)
    return Math.min(lf, cr)
  }

  function lastEnd(bytes: Buffer): number {
    const lf = bytes.lastIndexOf(LF)
    return lineEnds === 'lf' ? lf : Math.max(lf, bytes.lastIndexOf(CR))
  }

  /** Decides the file's line ends by its first one. A CR that ends the chunk waits for the next. */
  function decideLineEnds(bytes: Buffer): void {
    const lf = bytes.indexOf(LF)
    const cr = bytes.indexOf(CR)
    if (cr === -1 || (lf !== -1 && lf < cr)) {
      if (lf !== -1) lineEnds = 'lf'
    } else if (cr + 1 < bytes.length) lineEnds = bytes[cr + 1] === LF ? 'lf' : 'any'
  }

  /** The CR that ended the last chunk while the line ends were not known, put before the next. */
  let heldCr = false

  function withHeldCr(chunk: Uint8Array): Buffer {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (!heldCr || bytes.length === 0) return bytes
    heldCr = false
    return Buffer.concat([Buffer.of(CR), bytes])
  }

  return {
    push(chunk, sink) {
      let bytes = withHeldCr(chunk)
      if (lineEnds === 'unknown') {
        decideLineEnds(bytes)
        if (lineEnds === 'unknown') {
          if (bytes[bytes.length - 1] === CR) {
            heldCr = true
            bytes = bytes.subarray(0, -1)
          }
          keepOpen(bytes)
          return
        }
      }
      const last = lastEnd(bytes)
      if (last === -1) {
        keepOpen(bytes)
        return
      }
      let from = 0
      if (openBytes > 0) {
        const first = firstEnd(bytes)
        keepOpen(bytes.subarray(0, first))
        closeOpen(sink, true)
        from = first + 1
      }
      if (from <= last) deliverAll(bytes.subarray(from, last + 1), sink)
      keepOpen(bytes.subarray(last + 1))
    },
    end(sink) {
      if (openBytes > 0) closeOpen(sink, heldCr)
      heldCr = false
    },
  }
}

/** The first line of a file's head, for detection. */
export function firstLineOf(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  return /^(?:\u00EF\u00BB\u00BF)?([^\r\n]*)/.exec(text)?.[1] ?? ''
}

/** The text of whole lines at once, or undefined when the lines must be decoded one by one. */
function decodeAll(bytes: Buffer, encoding: TextEncoding): string | undefined {
  if (encoding === 'latin1' || isAscii(bytes)) return bytes.toString('latin1')
  if (encoding === 'utf-8' || isUtf8(bytes)) return bytes.toString('utf8')
  return undefined
}

function decodeLine(bytes: Buffer, encoding: TextEncoding): string {
  return decodeAll(bytes, encoding) ?? bytes.toString('latin1')
}

function writeAs(encoding: TextEncoding): 'latin1' | 'utf-8' {
  return encoding === 'latin1' ? 'latin1' : 'utf-8'
}

function isTooLong(line: string, encoding: TextEncoding): boolean {
  if (line.length > RECORD_BYTES_MAX) return true
  if (line.length * 3 <= RECORD_BYTES_MAX) return false
  return Buffer.byteLength(line, writeAs(encoding)) > RECORD_BYTES_MAX
}

function headOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, OVERSIZED_HEAD_BYTES)
}
