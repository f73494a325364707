/** The records of an archived file, taken in pieces of a given size. */
import type { RecordDecoder } from '../ingest/format.ts'
import { readFileChunks } from '../ingest/reading/read-file.ts'
import type { DecodedRecord } from '../core/usage/usage.ts'

export interface DecodedRecords {
  /** The next `count` records, fewer at the end of the file. */
  take(count: number): Promise<DecodedRecord[]>
  /** Reads to the end and says how many were left. */
  countRest(): Promise<number>
  taken(): number
}

export function decodedRecords(path: string, decoder: RecordDecoder): DecodedRecords {
  const chunks = readFileChunks(path)
  const state = { ended: false, takenCount: 0 }
  let ready: DecodedRecord[] = []

  /** Decodes one more chunk into `ready`. */
  const advance = async () => {
    const next = await chunks.next()
    if (next.done === true) {
      decoder.end((record) => ready.push(record))
      state.ended = true
    } else {
      decoder.push(next.value, (record) => ready.push(record))
    }
  }

  return {
    async take(count) {
      while (ready.length < count && !state.ended) await advance()
      const piece = ready.slice(0, count)
      ready = ready.slice(count)
      state.takenCount += piece.length
      return piece
    },
    async countRest() {
      let count = 0
      while (!state.ended || ready.length > 0) {
        count += ready.length
        ready = []
        if (!state.ended) await advance()
      }
      return count
    },
    taken: () => state.takenCount,
  }
}
