/**
 * What invoicing asks of the ledger. Every answer is bounded by log positions, never by time:
 * a row counts when its offset is at or below the cut-off of its log partition. The implementation
 * over ClickHouse is clickhouse-invoice-ledger.ts (createInvoiceLedger).
 */
import type { Micros } from '../../core/money/money.ts'
import type { Product, UsageKind } from '../../core/usage/usage.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import type { AdjustmentLedger } from '../settle/adjustment-ledger.ts'
import type { CheckLedger } from './check-ledger.ts'
import type { LineLedger } from './line-usages.ts'

/** How far a log partition was recorded: rows with a greater offset came later. */
export interface LogPosition {
  readonly source: string
  readonly partition: number
  readonly lastOffset: number
}

/** Where all log partitions stood when a run began. */
export interface CutOff {
  /** SHA-256 of the positions, hex; see cut-off.ts. */
  readonly cutOffId: string
  readonly positions: readonly LogPosition[]
}

/**
 * The rows that one invoice bills: all of its own period up to the cut-off, and of the account's
 * periods that were closed before, those that came after the cut-off that billed them last.
 */
export interface InvoiceSpan {
  readonly accountId: string
  readonly periodStartDay: number
  /** Its positions are the upper bound. */
  readonly cutOffId: string
  /** Start days of the periods of the account that were closed before this invoice. */
  readonly lateStartDays: readonly number[]
  /** The cut-off that billed those periods last; '' = nothing was billed. */
  readonly lateAfterCutOffId: string
}

/** The spans of several accounts that are alike in all else: what they bill is read at once. */
export interface AccountSpans extends Omit<InvoiceSpan, 'accountId'> {
  readonly accountIds: readonly string[]
}

/** What an invoice's usage is, and how many rows tell it. */
export interface BilledUsageSums {
  readonly sums: UsageSum[]
  readonly rowsCount: number
}

/** The exact sum over ledger rows; nothing in it is rounded. */
export interface UsageSum {
  readonly periodStartDay: number
  /** Came after its period was closed. */
  readonly late: boolean
  /** Late, and a reversal or correction of usage that was billed: not a call that came late. */
  readonly corrected?: boolean
  readonly subscriptionId: string
  readonly product: Product
  readonly kind: UsageKind
  readonly callType: string
  /** The boundary that it began at or after; -Infinity before the first. */
  readonly fromMs: number
  /** Usages; a reversal counts -1, an adjustment 0. */
  readonly count: number
  readonly quantity: number
  readonly outOfBundleQuantity: number
  readonly chargeMicros: Micros
  readonly informationChargeMicros: Micros
}

/** What was taken from one instance of an allowance. */
export interface AllowanceTake {
  /** See core/usage/ids.ts allowanceInstanceKey. */
  readonly key: string
  readonly quantity: number
  /** Of these what usages of the instance's own period took. */
  readonly ownQuantity: number
}

export interface SubscriptionActivity {
  readonly accountId: string
  readonly subscriptionId: string
  readonly count: number
}

export interface UsedPeriods {
  readonly accountId: string
  readonly periodStartDays: readonly number[]
}

/** What an account used in one period, whatever bills it. */
export interface PeriodSum {
  readonly accountId: string
  readonly periodStartDay: number
  readonly count: number
  /** With what third parties charge for information; undefined where it is beyond what is exact. */
  readonly chargeMicros: Micros | undefined
}

export interface InvoiceLedger extends AdjustmentLedger, CheckLedger, LineLedger {
  /** Last recorded offset of every log partition, now. */
  positions(): Promise<LogPosition[]>
  /** Makes a cut-off known to the queries below. Doing it again changes nothing. */
  publishCutOff(cutOff: CutOff): Promise<void>
  /** Sums never reach over one of the boundaries: ascending instants at which prices or taxes change. */
  usageSums(span: InvoiceSpan, boundariesMs: readonly number[]): Promise<UsageSum[]>
  /** The same for many accounts; one that used nothing is not in it. */
  usageSumsOf(
    spans: AccountSpans,
    boundariesMs: readonly number[],
  ): Promise<Map<string, BilledUsageSums>>
  /** By usage of the span's own period, and of earlier ones that begin on or after `fromStartDay`. */
  allowanceTakes(span: InvoiceSpan, fromStartDay: number): Promise<AllowanceTake[]>
  allowanceTakesOf(spans: AccountSpans, fromStartDay: number): Promise<Map<string, AllowanceTake[]>>
  /** Exactly the rows that the invoice bills, in order of start and log position, in chunks. */
  cdrs(span: InvoiceSpan): AsyncIterable<ShownRow[]>
  /** The same for many accounts, one after the other. */
  cdrsOf(spans: AccountSpans): AsyncIterable<ShownRow[]>
  /** Subscriptions with rated usage in the accounts' periods that begin on these days. */
  activity(periodStartDays: readonly number[]): Promise<SubscriptionActivity[]>
  /** In which periods each account used something. */
  usedPeriods(): Promise<UsedPeriods[]>
  periodSums(accountIds: readonly string[]): Promise<PeriodSum[]>
}
