/** The records of an archived file at given places, read forwards once, however many are asked for. */
import type { DecodedRecord } from '../../core/usage/usage.ts'
import type { RecordDecoder } from '../../ingest/format.ts'
import { readFileChunks } from '../../ingest/reading/read-file.ts'

export interface ArchivedRecords {
  /** The record with this number, counted from 0. Numbers must rise from call to call. */
  at(offset: number): Promise<DecodedRecord | undefined>
  close(): Promise<void>
}

/** The decoder must be as when the file was taken in: its records are counted by it. */
export function openArchivedRecords(path: string, decoder: RecordDecoder): ArchivedRecords {
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
