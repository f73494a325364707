import { expect, test } from 'vitest'
import { batchesOfGap, PIECE_ROWS_MAX } from './batch-of-gap.ts'

const OTHERWISE = { recordedMs: 1, catalogueHash: 'beside' }

function batch(firstOffset: number, rowsCount: number) {
  const log = { source: 'files', partition: 1 }
  const recording = { batchId: firstOffset + 1, recordedMs: 1_000 + firstOffset }
  return {
    event: 'batch' as const,
    ...log,
    ...recording,
    firstOffset,
    rowsCount,
    catalogueHash: 'noted',
  }
}

/** `3-6 1003 noted`: offsets, time and catalogue of each piece. */
function pieces(
  first: number,
  next: number,
  batches: readonly ReturnType<typeof batch>[],
): string[] {
  return batchesOfGap({ firstOffset: first, nextOffset: next }, batches, OTHERWISE).map(
    (one) => `${one.firstOffset}-${one.nextOffset} ${one.recordedMs} ${one.catalogueHash}`,
  )
}

test('a gap is cut where the journal says that commits began and ended', () => {
  const batches = [batch(0, 3), batch(3, 3), batch(6, 3)]
  expect(pieces(3, 6, batches)).toEqual(['3-6 1003 noted'])
  expect(pieces(1, 8, batches)).toEqual(['1-3 1000 noted', '3-6 1003 noted', '6-8 1006 noted'])
})

test('what the journal does not know has the time and catalogue of the rows beside it', () => {
  expect(pieces(0, 4, [])).toEqual(['0-4 1 beside'])
  expect(pieces(0, 9, [batch(3, 3)])).toEqual(['0-3 1 beside', '3-6 1003 noted', '6-9 1 beside'])
})

test('a long gap is made in pieces', () => {
  const counts = batchesOfGap(
    { firstOffset: 0, nextOffset: PIECE_ROWS_MAX * 2 + 1 },
    [batch(0, PIECE_ROWS_MAX * 2)],
    OTHERWISE,
  ).map((one) => one.nextOffset - one.firstOffset)
  expect(counts).toEqual([PIECE_ROWS_MAX, PIECE_ROWS_MAX, 1])
})
