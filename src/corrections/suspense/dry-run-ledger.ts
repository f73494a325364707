/**
 * A ledger that reads and does not write, for seeing what a replay would do. What would be recorded
 * is remembered by its usage id, so that the second of two equal records is a duplicate here too.
 */
import type { Ledger, LedgerBatch } from '../../ledger/ledger.ts'

export function createDryRunLedger(ledger: Ledger): Ledger {
  const noted = new Map<string, { contentHash: number }>()
  return {
    ...ledger,
    newBatch: (...header) => notingBatch(ledger.newBatch(...header), noted),
    record: () => Promise.resolve(),
    async findUsageIds(usageIds, startMs) {
      const found = await ledger.findUsageIds(usageIds, startMs)
      for (const usageId of usageIds) {
        const known = noted.get(usageId)
        if (known !== undefined) found.set(usageId, known)
      }
      return found
    },
  }
}

function notingBatch(batch: LedgerBatch, noted: Map<string, { contentHash: number }>): LedgerBatch {
  return {
    log: batch.log,
    firstOffset: batch.firstOffset,
    get rowsCount() {
      return batch.rowsCount
    },
    append: (usage, rated) => {
      batch.append(usage, rated)
    },
    appendRow(row) {
      batch.appendRow(row)
      if (row.outcome === 'rated') noted.set(row.usageId, { contentHash: row.contentHash })
    },
  }
}
