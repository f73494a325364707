/**
 * When, in which commit and by which catalogue lost rows were recorded: what the journal says, cut at
 * the bounds of the gap. Where the journal says nothing (rows of before it was kept), what the rows
 * beside the gap say, then those of the file before: one run of ingest has one catalogue.
 */
import { randomInt } from 'node:crypto'
import type { JournalBatch } from '../ledger/holes/recording-journal.ts'

export interface Gap {
  readonly firstOffset: number
  readonly nextOffset: number
}

export interface Recording {
  readonly recordedMs: number
  readonly catalogueHash: string
  readonly batchId: number
}

export interface GapPiece extends Gap, Recording {}

const BATCH_ID_MAX = 2 ** 48 - 1
/** Rows that are made and inserted at once; bounds the memory. */
export const PIECE_ROWS_MAX = 50_000

/** In order, without a gap or an overlap, none longer than `PIECE_ROWS_MAX`. */
export function batchesOfGap(
  gap: Gap,
  batches: readonly JournalBatch[],
  otherwise: Omit<Recording, 'batchId'>,
): GapPiece[] {
  const pieces: GapPiece[] = []
  const add = (nextOffset: number, recording: Recording) => {
    for (;;) {
      const firstOffset = pieces.at(-1)?.nextOffset ?? gap.firstOffset
      const end = Math.min(nextOffset, gap.nextOffset, firstOffset + PIECE_ROWS_MAX)
      if (end <= firstOffset) return
      pieces.push({ firstOffset, nextOffset: end, ...recording })
    }
  }
  const unknown = () => ({ ...otherwise, batchId: randomInt(1, BATCH_ID_MAX) })
  for (const batch of batches) {
    add(batch.firstOffset, unknown())
    const { recordedMs, catalogueHash, batchId } = batch
    add(batch.firstOffset + batch.rowsCount, { recordedMs, catalogueHash, batchId })
  }
  add(gap.nextOffset, unknown())
  return pieces
}
