/** The records of an archived file at given places, read forwards once, however many are asked for. */
import type { DecodedRecord } from '../core/usage.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { openDecoder } from '../ingest/open-decoder.ts'
import { readFileChunks } from '../ingest/read-file.ts'

export interface ArchivedRecords {
  /** The record with this number, counted from 0. Numbers must rise from call to call. */
  at(offset: number): Promise<DecodedRecord | undefined>
  close(): Promise<void>
}

/** `source` must be the one that the file was taken in with: its records are counted by it. */
export function openArchivedRecords(
  path: string,
  source: SourceConfig,
  contentHash: string,
): ArchivedRecords {
  const decoder = openDecoder(source, contentHash)
  const chunks = readFileChunks(path)
  let piece: DecodedRecord[] = []
  let pieceStart = 0
  let ended = false

  async function advance(): Promise<void> {
    pieceStart += piece.length
    piece = []
    const next = await chunks.next()
    if (next.done === true) {
      ended = true
      decoder.end((record) => piece.push(record))
    } else {
      decoder.push(next.value, (record) => piece.push(record))
    }
  }

  return {
    async at(offset) {
      while (offset >= pieceStart + piece.length && !ended) await advance()
      return piece[offset - pieceStart]
    },
    async close() {
      await chunks.return(undefined)
    },
  }
}
