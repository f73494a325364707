/**
 * Rows of Asterisk held back until their call is known: lines go into the window as they came, and are
 * read when they leave. The last rows with a trunk go on into the next file, where a transferred call
 * may end.
 */
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import type { EmitRecord, PendingCall, RecordDecoder } from '../../format.ts'
import { judgeAsteriskCall } from './asterisk-calls.ts'
import type { AsteriskLeg } from './asterisk-calls.ts'
import { oversizedRecord } from '../decoded-record.ts'
import type { LineSink, LineSplitter } from '../../text/line-splitter.ts'
import { hashOf, LINKED_ROWS_CARRIED_MAX, LinkedWindow } from '../linked-window.ts'
import type { LinkedRow } from '../linked-window.ts'

export interface AsteriskLines {
  /** linkedid, or uniqueid where there is none; '' links nothing. */
  linkOf(line: string): string
  /** Whatever its call is. */
  alone(line: string, terminated: boolean, rowNumber: number): DecodedRecord
  /** When it is the only row of its call. */
  lone(line: string, rowNumber: number): DecodedRecord
  leg(
    line: string,
    terminated: boolean,
    rowNumber: number,
    key: string | undefined,
  ): LinkedRow<AsteriskLeg>
}

/** A line, or a row that is more than its line: cut off, too long, or of an earlier file. */
type HeldRow =
  | string
  | { readonly line: string; readonly terminated: boolean; readonly key: string | undefined }
  | { readonly oversized: string }

export function createAsteriskWindow(
  splitter: LineSplitter,
  lines: AsteriskLines,
  options: { readonly delimiter: string; readonly columns?: readonly string[] | undefined },
): RecordDecoder {
  const rules = {
    linkOf: (row: HeldRow) => {
      if (typeof row === 'string') return lines.linkOf(row)
      return 'line' in row ? lines.linkOf(row.line) : ''
    },
    decode: (row: HeldRow, index: number) => decodeHeld(row, index + 1, lines),
    decodeLone: (row: HeldRow, index: number) => {
      if (typeof row === 'string') return lines.lone(row, index + 1)
      const decoded = decodeHeld(row, index + 1, lines)
      judgeAsteriskCall([decoded])
      return decoded.outcome
    },
    judge: judgeAsteriskCall,
  }
  const hashLink = createLinkHash(lines, options)
  let window = new LinkedWindow<HeldRow, AsteriskLeg>(rules)
  const pending: PendingCall[] = []

  const sinkTo = (emit: EmitRecord): LineSink => ({
    line(line, terminated) {
      const row = terminated ? line : { line, terminated, key: undefined }
      window.add(row, hashLink(line), emit)
    },
    oversized: (head) => window.add({ oversized: head }, 0, emit),
  })

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end(emit) {
      splitter.end(sinkTo(emit))
      window.flush(emit, (row, isCarried) => {
        const call = pendingOf(row, isCarried)
        if (call !== undefined) pending.push(call)
      })
    },
    pendingCalls: () => pending.slice(-LINKED_ROWS_CARRIED_MAX),
    restorePending(calls) {
      const rows = calls.map(({ raw, key }) => ({ line: raw, terminated: true, key }))
      window = new LinkedWindow<HeldRow, AsteriskLeg>(rules, rows)
    },
  }
}

function decodeHeld(row: HeldRow, rowNumber: number, lines: AsteriskLines): LinkedRow<AsteriskLeg> {
  if (typeof row === 'string') return lines.leg(row, true, rowNumber, undefined)
  if ('line' in row) return lines.leg(row.line, row.terminated, rowNumber, row.key)
  const record = oversizedRecord(row.oversized)
  return { alone: record, facts: undefined, isFixed: false, outcome: record }
}

/** Answered rows with a trunk: a part of their leg may come in the next file. */
function pendingOf({ facts }: LinkedRow<AsteriskLeg>, isCarried: boolean): PendingCall | undefined {
  if (facts === undefined || !facts.isAnswered || (facts.from === '' && facts.to === '')) {
    return undefined
  }
  const { recordKey, raw, startMs, durationSeconds } = facts.cdr
  const atMs = startMs + durationSeconds * 1_000
  return { key: recordKey, raw, atMs, fields: {}, isCounted: true, isCarried }
}

/**
 * linkedid is the last column but one of cdr-csv, so it is found from the end, without reading the row.
 * Where what stands there is no id (no dot in it), or the columns are the source's own, the row is read.
 */
function createLinkHash(
  lines: AsteriskLines,
  options: { readonly delimiter: string; readonly columns?: readonly string[] | undefined },
): (line: string) => number {
  const { delimiter, columns } = options
  return (line) => {
    if (columns === undefined) {
      const end = line.lastIndexOf(delimiter)
      const start = line.lastIndexOf(delimiter, end - 1) + 1
      const quoted = line.charCodeAt(start) === QUOTE ? 1 : 0
      if (start > 0 && line.lastIndexOf('.', end) > start) {
        return hashOf(line, start + quoted, end - quoted)
      }
    }
    const link = lines.linkOf(line)
    return hashOf(link)
  }
}

const QUOTE = 34
