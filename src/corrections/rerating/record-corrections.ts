/**
 * Appends reversals and new rows to the ledger: one partition of the log `rerate` for each confirmed
 * run. A pair is never split between two commits, so all sums are right at every moment; a run that
 * was cut off is finished by running it again, which finds only what is left.
 */
import { RERATE_LOG } from '../../core/ledger-row.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { RowCorrection } from '../../rating/correct-row.ts'

export interface CorrectionRun {
  readonly recordedMs: number
  readonly catalogueHash: string
  /** Rows in one commit. */
  readonly batchRowsMax: number
}

/** Returns the number of the run, 0 when there was nothing to record. */
export async function recordCorrections(
  ledger: Ledger,
  corrections: readonly RowCorrection[],
  run: CorrectionRun,
): Promise<number> {
  if (corrections.length === 0) return 0
  const partition = Math.max(0, ...(await ledger.lastOffsets(RERATE_LOG)).keys()) + 1
  const pairsMax = Math.max(1, Math.floor(run.batchRowsMax / 2))
  for (let first = 0; first < corrections.length; first += pairsMax) {
    const batch = ledger.newBatch(
      { source: RERATE_LOG, partition },
      first * 2,
      run.recordedMs,
      run.catalogueHash,
    )
    for (const { reversal, correction } of corrections.slice(first, first + pairsMax)) {
      batch.appendRow(reversal)
      batch.appendRow(correction)
    }
    await ledger.record(batch)
  }
  return partition
}
