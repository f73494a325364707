/**
 * Appends reversals and new rows to the ledger: one partition of the log `rerate` for each confirmed
 * run. A pair is never split between two commits, so all sums are right at every moment; a run that
 * was cut off is finished by running it again, which finds only what is left.
 */
import { RERATE_LOG } from '../../core/usage/ledger-row.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { RowCorrection } from '../../rating/correct-row.ts'

export interface CorrectionRun {
  readonly recordedMs: number
  readonly catalogueHash: string
  /** Rows in one commit. */
  readonly batchRowsMax: number
}

/** Where the corrections of one run go, account after account. */
export interface CorrectionLog {
  /** The number of the run; 0 while nothing was recorded. */
  readonly partition: number
  record(corrections: readonly RowCorrection[]): Promise<void>
}

export function openCorrectionLog(ledger: Ledger, run: CorrectionRun): CorrectionLog {
  const pairsMax = Math.max(1, Math.floor(run.batchRowsMax / 2))
  let partition = 0
  let nextOffset = 0
  return {
    get partition() {
      return partition
    },
    async record(corrections) {
      for (let first = 0; first < corrections.length; first += pairsMax) {
        if (partition === 0) {
          partition = Math.max(0, ...(await ledger.lastOffsets(RERATE_LOG)).keys()) + 1
        }
        const log = { source: RERATE_LOG, partition }
        const batch = ledger.newBatch(log, nextOffset, run.recordedMs, run.catalogueHash)
        for (const { reversal, correction } of corrections.slice(first, first + pairsMax)) {
          batch.appendRow(reversal)
          batch.appendRow(correction)
          nextOffset += 2
        }
        await ledger.record(batch)
      }
    },
  }
}

/** Returns the number of the run, 0 when there was nothing to record. */
export async function recordCorrections(
  ledger: Ledger,
  corrections: readonly RowCorrection[],
  run: CorrectionRun,
): Promise<number> {
  const log = openCorrectionLog(ledger, run)
  await log.record(corrections)
  return log.partition
}
