/** Rates the usage of a ledger row again, as the next of the replay, and says what differs. */
import type { LedgerRow } from '../core/ledger-row.ts'
import type { Usage } from '../core/usage.ts'
import { compareRow, isOfRating, type Difference } from './compare-row.ts'
import type { Replay } from './replay.ts'

/**
 * Where the row was rated again since and rating gives something else than it holds, its correction
 * counts: the row only moves the balances as it did, until the correction takes that out again.
 */
export function rateRow(
  row: LedgerRow,
  usage: Usage,
  { replay, isCorrected }: { readonly replay: Replay; readonly isCorrected: boolean },
): Difference[] {
  if (isCorrected) {
    const differences = compareRow(row, usage, replay.peek(usage, row.recordedMs))
    if (differences.some(isOfRating)) {
      replay.take(row)
      return differences.filter((one) => !isOfRating(one))
    }
  }
  return compareRow(row, usage, replay.rate(usage, row.recordedMs))
}
