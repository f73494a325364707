/** The lines of a text file in any encoding, one by one: a list of 260,000 rows is never in memory whole. */
import { closeSync, openSync, readSync } from 'node:fs'
import { TikError } from '../../core/failures/errors.ts'

export interface ListLine {
  /** From 1. */
  readonly line: number
  readonly text: string
}

export type ListEncoding = 'auto' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'latin1'

/** Throws `file_missing`, or `file_unreadable` for what is no text in the encoding. */
export function* textLines(file: string, encoding: ListEncoding = 'auto'): Generator<ListLine> {
  const used = encoding === 'auto' ? encodingOf(file) : encoding
  let open = ''
  let line = 0
  for (const text of textPieces(file, used)) {
    open += text
    if (open.length > OPEN_CHARS_MAX) {
      throw new TikError('file_unreadable', `${file}: line ${line + 1} has no end`)
    }
    // A CR at the end may be half of a CRLF.
    const lines = (open.endsWith('\r') ? open.slice(0, -1) : open).split(LINE_END)
    const isHeld = open.endsWith('\r')
    open = (lines.pop() ?? '') + (isHeld ? '\r' : '')
    for (const each of lines) yield { line: (line += 1), text: each }
  }
  const rest = open.replace(/\r$/, '')
  if (rest !== '') yield { line: line + 1, text: rest }
}

/** The first bytes, for telling what kind of file it is. Throws `file_missing`. */
export function headOf(file: string): Buffer {
  const piece = bytesOf(file).next()
  return piece.done === true ? Buffer.alloc(0) : Buffer.from(piece.value.subarray(0, 16))
}

const LINE_END = /\r\n|\n|\r/
/** Many times the longest line that is one. */
const OPEN_CHARS_MAX = 4_000_000
const PIECE_BYTES = 256 * 1_024

function* textPieces(file: string, encoding: Exclude<ListEncoding, 'auto'>): Generator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for (const bytes of bytesOf(file)) yield decoder.decode(bytes, { stream: true })
    yield decoder.decode()
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new TikError('file_unreadable', `${file} is no text in ${encoding}`, {
      cause,
      hint: 'say its encoding in the mapping',
    })
  }
}

/** By its mark, by the zero halves of its letters, or by its being UTF-8 to the end. */
function encodingOf(file: string): Exclude<ListEncoding, 'auto'> {
  const [first, second, third, fourth] = headOf(file)
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0 && third === 0 && second !== 0) return 'utf-16be'
  if (second === 0 && fourth === 0 && first !== 0) return 'utf-16le'
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (const bytes of bytesOf(file)) decoder.decode(bytes, { stream: true })
    decoder.decode()
    return 'utf-8'
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return 'windows-1252'
  }
}

function* bytesOf(file: string): Generator<Uint8Array> {
  const descriptor = opened(file)
  const buffer = Buffer.alloc(PIECE_BYTES)
  try {
    for (;;) {
      const count = readSync(descriptor, buffer, 0, PIECE_BYTES, null)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}

function opened(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    throw new TikError('file_missing', `${file} cannot be opened`, { cause })
  }
}
