/**
 * One row of `usage_ledger`, as the engine writes it and as corrections read it back. The columns
 * are listed once, with their ClickHouse types, in src/ledger/ledger-columns.ts.
 */
import type { Micros } from './money.ts'
import type { LedgerOutcome } from './reasons.ts'
import type { Usage } from './usage.ts'

/** Where a record stands in its log: a Kafka topic and partition, or `files` and the file's number. */
export interface LogPartition {
  readonly source: string
  readonly partition: number
}

/** Log source of usage that came from files; the partition is the file's number. */
export const FILES_LOG = 'files'
/** Log source of re-rating: each confirmed run is a partition. */
export const RERATE_LOG = 'rerate'
/** Log source of rejects that were rated later: each replay is a partition. */
export const REPLAY_LOG = 'replay'
/**
 * Log source of period-end adjustments: each settlement is a partition. `raw` of such a row is the
 * id of the cut-off that it was computed up to, `rateId` the rate with a mark (core/ids.ts), so that
 * balances leave it out: rating never sees it.
 */
export const ADJUSTMENT_LOG = 'adjustment'
export const CORRECTION_LOGS = [RERATE_LOG, REPLAY_LOG] as const

export const ENTRY_KINDS = ['usage', 'reversal', 'correction', 'adjustment'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** What rating adds to a usage. Quantities are in the usage's unit; a reversal carries all negated. */
export interface RatedUsage {
  outcome: LedgerOutcome
  /** Set when rating rejected the usage (`rate_missing`, …); '' otherwise. */
  reason: string
  detail: string
  /** First local day of the billing period of the usage, in days since 1970-01-01; 0 = none. */
  periodStartDay: number
  /** The part that no allowance covered, before rounding up to increments. */
  outOfBundleQuantity: number
  /** The part that was priced, rounded up to whole increments. */
  billedQuantity: number
  chargeMicros: Micros
  /** Third-party part of premium numbers; its own invoice category, not contained in chargeMicros. */
  informationChargeMicros: Micros
  rateId: string
  /** Parallel lists: allowance instance key and quantity taken from it (never 0). */
  takeKeys: string[]
  takeQuantities: number[]
  /** Keys of the limit levels that this usage crossed, with what was used of how much: see core/ids.ts. */
  crossings: string[]
  /** The usage belongs to a period that was already invoiced when it was rated. */
  late: boolean
}

export interface LedgerRow
  extends
    Omit<Usage, 'subscriptionIndex' | 'callTypeIndex' | 'rejectReason' | 'unbillableReason'>,
    RatedUsage {
  logSource: string
  logPartition: number
  logOffset: number
  entryKind: EntryKind
  /** `source/partition/offset` of the entry that a reversal or correction refers to. */
  corrects: string
  recordedMs: number
  catalogueHash: string
}
