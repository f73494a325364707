/**
 * Rating as the pipeline sees it. Pure: no clock, no I/O; the same directory, catalogue, balances
 * and order of usages give the same rows for ever.
 */
import type { Fact } from './explain/fact.ts'
import type { RatedUsage } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'

export interface Rater {
  /** It holds so many balances that it should forget them before the next batch. */
  readonly isFull: boolean
  /**
   * Gives up all balances: `missingBalances` asks for them again, so everything that was rated must
   * be in the ledger by then.
   */
  forget(): void
  /**
   * Prices one usage and adds what it used to the balances. The result is the rater's own object,
   * valid until the next call: nothing is allocated for a usage. `usage.callTypeIndex` and
   * `usage.subscriptionIndex` must belong to the same catalogue and directory as the rater.
   * `recordedMs` is the batch's time of recording: it decides which limit settings and which
   * closed periods hold, so that a replay with the recorded times gives the same crossings.
   */
  rate(usage: Usage, recordedMs: number): RatedUsage
  /** The same, without adding anything to the balances, and with each step in words and numbers. */
  explain(usage: Usage, recordedMs: number): Explanation
  /**
   * Account-periods that the usages need and that were not restored yet, each once. The caller
   * reads their totals from the ledger and calls `restore` before it rates.
   */
  missingBalances(usages: readonly Usage[]): BalanceRequest[]
  restore(request: BalanceRequest, totals: BalanceTotals): void
  /** What the balances hold now, in the same form: for `tik balances` and for verification. */
  totals(request: BalanceRequest): BalanceTotals
}

/**
 * Which part of the ledger a balance is the sum of: rows that count, with a period in this range.
 * Each account-period is asked for once, so the sums of several requests add up. Lifetime and
 * rollover reach back further.
 */
export interface BalanceRequest {
  readonly accountId: string
  /** First and last period (start days, inclusive) whose rows are needed. */
  readonly fromPeriodStartDay: number
  readonly toPeriodStartDay: number
}

/** Sums over ledger rows of one request; all of them come from `clickhouse/queries/balances-*.sql`. */
export interface BalanceTotals {
  readonly takes: readonly TakeTotal[]
  readonly usage: readonly UsageTotal[]
  readonly sessions: readonly SessionTotal[]
  /** Levels that were reported already in a period; they are not reported again. */
  readonly crossings: readonly CrossingTotal[]
}

/** What usages of a period took from an allowance instance, by its key. */
export interface TakeTotal {
  readonly periodStartDay: number
  readonly key: string
  readonly quantity: number
}

export interface UsageTotal {
  readonly periodStartDay: number
  readonly subscriptionId: string
  readonly callType: string
  readonly rateId: string
  /** Usages; a reversal takes its own away. */
  readonly count: number
  readonly quantity: number
  readonly outOfBundleQuantity: number
  readonly chargeMicros: number
  readonly informationChargeMicros: number
}

/** One distinct element of the rows' `crossings` lists, as the row stores it (see core/usage/ids.ts). */
export interface CrossingTotal {
  readonly periodStartDay: number
  readonly entry: string
}

/**
 * A session that comes in parts: what was seen, taken and charged so far. One entry for each
 * (period, subscription, session key, call type, rate) of rows whose session key is not ''; those of one
 * session add up. It has several rates where an earlier part, which arrived later, brought another.
 */
export interface SessionTotal {
  readonly periodStartDay: number
  readonly sessionKey: string
  readonly subscriptionId: string
  readonly callType: string
  /** Of the rows; for whose total the session's units count is another matter (reprice-session.ts). */
  readonly rateId: string
  /** The earliest start of its parts: min(startMs). */
  readonly startMs: number
  /** The number of the other party of its earliest part: what prices it where prices go by number. */
  readonly otherParty?: string
  /** sumMap(takeKeys, takeQuantities), without those that are zero. */
  readonly takes: readonly { readonly key: string; readonly quantity: number }[]
  readonly quantity: number
  readonly outOfBundleQuantity: number
  readonly billedQuantity: number
  readonly chargeMicros: number
  readonly informationChargeMicros: number
}

export interface Explanation {
  readonly result: RatedUsage
  /** In the order in which they were applied; each names a rule, its source and its arithmetic. */
  readonly steps: readonly {
    readonly rule: string
    readonly text: string
    /** Of what customers are told. */
    readonly fact?: Fact
    /** File and line of the catalogue, for operations only. */
    readonly place?: string
  }[]
}
