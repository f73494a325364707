/**
 * One row of `usage_ledger`, as the engine writes it and as corrections read it back: the usage
 * (USAGE_FIELDS), what rating found, and the entry itself. These tables are the only list of its fields.
 */
import { compileEmpty } from './compile-fields.ts'
import { storedFields, type Fields, type ValuesOf } from './field.ts'
import { OUTCOMES } from '../failures/reasons.ts'
import { USAGE_FIELDS } from './usage.ts'

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
 * id of the cut-off that it was computed up to, `rateId` the rate with a mark (core/usage/ids.ts), so that
 * balances leave it out: rating never sees it.
 */
export const ADJUSTMENT_LOG = 'adjustment'
export const CORRECTION_LOGS = [RERATE_LOG, REPLAY_LOG] as const

export const ENTRY_KINDS = ['usage', 'reversal', 'correction', 'adjustment'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** What rating adds to a usage. Quantities are in the usage's unit; a reversal carries all negated. */
export const RATED_FIELDS = {
  outcome: { holds: OUTCOMES, column: 'outcome' },
  /** Set when rating rejected the usage (`rate_missing`, …); '' otherwise. */
  reason: { holds: 'category' },
  detail: { holds: 'text', tells: 'people' },
  /** First local day of the billing period of the usage, in days since 1970-01-01; 0 = none. */
  periodStartDay: { holds: 'day', column: 'period_start' },
  /** The part that no allowance covered, before rounding up to increments. */
  outOfBundleQuantity: { holds: 'quantity', column: 'out_of_bundle_quantity' },
  /** The part that was priced, rounded up to whole increments. */
  billedQuantity: { holds: 'quantity', column: 'billed_quantity' },
  chargeMicros: { holds: 'money', column: 'charge' },
  /** Third-party part of premium numbers; its own invoice category, not contained in chargeMicros. */
  informationChargeMicros: { holds: 'money', column: 'information_charge' },
  rateId: { holds: 'category', column: 'rate_id' },
  /** What the supplier charges us, and his rate; '' where that is not known. No customer may see it. */
  costMicros: { holds: 'money', column: 'cost', tells: 'moment' },
  costRateId: { holds: 'category', column: 'cost_rate_id', tells: 'moment' },
  /** Parallel lists: allowance instance key and quantity taken from it (never 0). */
  takeKeys: { holds: 'texts', column: 'take_keys' },
  takeQuantities: { holds: 'quantities', column: 'take_quantities' },
  /** Keys of the limit levels that this usage crossed, with what was used of how much: see core/usage/ids.ts. */
  crossings: { holds: 'texts', column: 'crossings', tells: 'moment' },
  /** The usage belongs to a period that was already invoiced when it was rated. */
  late: { holds: 'flag', column: 'late', tells: 'moment' },
} as const satisfies Fields

export interface RatedUsage extends ValuesOf<typeof RATED_FIELDS> {}

/** What a row says of itself: where it stands, when and by which prices it came there, and why. */
export const ENTRY_FIELDS = {
  logSource: { holds: 'category', column: 'log_source' },
  logPartition: { holds: 'partition', column: 'log_partition' },
  logOffset: { holds: 'number', column: 'log_offset' },
  recordedMs: { holds: 'instant', column: 'recorded_at' },
  catalogueHash: { holds: 'category', column: 'catalogue_hash' },
  entryKind: { holds: ENTRY_KINDS, column: 'entry_kind' },
  /** `source/partition/offset` of the entry that a reversal or correction refers to. */
  corrects: { holds: 'text', column: 'corrects' },
  /** Of rating, or of mediation: why there is no charge. */
  reason: { holds: 'category', column: 'reason' },
  detail: { holds: 'text', column: 'detail' },
} as const satisfies Fields

export const RECORDED_FIELDS = storedFields(USAGE_FIELDS)

/** What a row keeps of its usage. */
export interface RecordedUsage extends ValuesOf<typeof RECORDED_FIELDS> {}

/** Every field of a row; each has a column. */
export const ROW_FIELDS = { ...RECORDED_FIELDS, ...RATED_FIELDS, ...ENTRY_FIELDS }

export interface LedgerRow extends ValuesOf<typeof ROW_FIELDS> {}

/** The result of a usage before anything is known of it. */
export const nothingRated = compileEmpty(RATED_FIELDS)

/** A row of nothing; what it says is set in it. */
export const emptyRow = compileEmpty(ROW_FIELDS)
