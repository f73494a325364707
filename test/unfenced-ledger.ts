/** A ledger that is broken on purpose: it takes every batch, whoever owns the offsets. */
import type { LedgerRow } from '../src/core/usage/ledger-row.ts'
import type { Ledger, LedgerBatch } from '../src/ledger/ledger.ts'
import { createMemoryLedger } from './doubles/memory-ledger.ts'
import { sumBalances } from './doubles/sum-balances.ts'

/** For canaries: a checker that finds nothing wrong with it checks nothing. */
export function createUnfencedLedger(): Ledger & { readonly entries: readonly LedgerRow[] } {
  const entries: LedgerRow[] = []
  const batches = new WeakMap<LedgerBatch, () => Promise<readonly LedgerRow[]>>()
  const asked = createMemoryLedger()
  return {
    ...asked,
    entries,
    newBatch(log, firstOffset, recordedMs, catalogueHash) {
      // A ledger of its own for each batch, so that nothing is in the way of recording it.
      const own = createMemoryLedger()
      const inner = own.newBatch(log, 0, recordedMs, catalogueHash)
      const batch: LedgerBatch = {
        log,
        firstOffset,
        get rowsCount() {
          return inner.rowsCount
        },
        append: (usage, rated) => inner.append(usage, rated),
        appendRow: (row) => inner.appendRow(row),
      }
      batches.set(batch, () => own.record(inner).then(() => own.entries))
      return batch
    },
    async record(batch) {
      const rows = (await batches.get(batch)?.()) ?? []
      for (const row of rows) entries.push({ ...row, logOffset: row.logOffset + batch.firstOffset })
    },
    balances: (requests) =>
      Promise.resolve(requests.map((request) => sumBalances(countedRows(entries), request))),
    findUsageIds(usageIds) {
      const wanted = new Set(usageIds)
      const found = countedRows(entries).filter((row) => wanted.has(row.usageId))
      return Promise.resolve(new Map(found.map((row) => [row.usageId, row])))
    },
    async *usageIdsBetween(startMs) {
      yield await Promise.resolve(
        countedRows(entries).filter(
          (row) => row.startMs >= startMs.from && row.startMs < startMs.to,
        ),
      )
    },
    lastOffsets() {
      const last = new Map<number, number>()
      for (const row of entries) {
        last.set(row.logPartition, Math.max(row.logOffset, last.get(row.logPartition) ?? -1))
      }
      return Promise.resolve(last)
    },
  }
}

function countedRows(entries: readonly LedgerRow[]): LedgerRow[] {
  return entries.filter((row) => row.outcome === 'rated')
}
