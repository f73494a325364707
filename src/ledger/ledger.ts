/**
 * The ledger as the pipeline sees it: append one batch of one log partition as one commit, and ask
 * what is there. Implementations pass test/doubles/ledger.conformance.ts.
 */
import type { LedgerRow, LogPartition, RatedUsage } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'
import type { BalanceRequest, BalanceTotals } from '../rating/rater.ts'

export interface Ledger {
  /** An empty batch that encodes rows as they are appended. */
  newBatch(
    log: LogPartition,
    firstOffset: number,
    recordedMs: number,
    catalogueHash: string,
  ): LedgerBatch
  /**
   * Records the batch as one commit: all of its rows or none, once. Throws `ledger_fenced` when
   * another writer holds the first offset, `ledger_unavailable` when the store cannot be reached
   * (then nobody knows whether it took: recording the same batch again is safe). After it took the
   * batch is empty: what a caller wants to know of it is asked before.
   */
  record(batch: LedgerBatch): Promise<void>
  /** Last recorded offset of each partition of a source (by partition number). */
  lastOffsets(source: string): Promise<Map<number, number>>
  /** Sums that rating needs to go on; see BalanceTotals. One answer for each request, in order. */
  balances(requests: readonly BalanceRequest[]): Promise<BalanceTotals[]>
  /** Rows with these usage ids (the ones that count: rated, not reversed), for duplicates. */
  findUsageIds(
    usageIds: readonly string[],
    startMs: { from: number; to: number },
  ): Promise<Map<string, { contentHash: number }>>
  /** Ids of usages that start within [from, to), in chunks, for the window of duplicates. */
  usageIdsBetween(startMs: {
    from: number
    to: number
  }): AsyncIterable<{ usageId: string; contentHash: number }[]>
  /** Rows in log order, in chunks: for verification and replay. */
  rows(filter: RowFilter): AsyncIterable<LedgerRow[]>
}

export interface LedgerBatch {
  readonly log: LogPartition
  readonly firstOffset: number
  readonly rowsCount: number
  /** Encodes at once; both objects may be reused by the caller afterwards. Offsets follow firstOffset. */
  append(usage: Usage, rated: RatedUsage): void
  /** A reversal, correction or adjustment; its log position and recording are those of the batch. */
  appendRow(row: LedgerRow): void
}

/** What is given must match; rows come in log order. */
export interface RowFilter {
  readonly source?: string
  readonly log?: LogPartition
  readonly accountId?: string
  readonly outcome?: string
}
