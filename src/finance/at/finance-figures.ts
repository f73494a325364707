/** The figures of finance at the end of a day, as they are frozen and shown. Amounts are without VAT. */
import type { Micros } from '../../core/money/money.ts'
import type { Product } from '../../core/usage/usage.ts'
import type { ChargeKind } from '../ledger-accounts.ts'

/** What figures are told apart by. */
export interface FigureKey {
  readonly accountId: string
  /** Who rated or invoiced it. */
  readonly partnerId: string
  readonly kind: ChargeKind
  readonly product: Product
  /** Of the general ledger, by finance.yaml of then; '' = no rule fits. */
  readonly ledgerAccount: string
}

export interface FigureAmounts {
  /** Exact: all that was rated up to the day, and what of it invoices billed. */
  readonly usedMicros: Micros
  readonly billedMicros: Micros
  /** Rated and not invoiced, of open periods and of closed ones: accrued income. Exact. */
  readonly unbilledMicros: Micros
  readonly lateMicros: Micros
  /** Fees and one-off charges of days that have passed, not invoiced: accrued income. Exact. */
  readonly dueMicros: Micros
  /** Of documents up to the day, in cents: all of it, and what of it is for later days (deferred income). */
  readonly invoicedMicros: Micros
  readonly deferredMicros: Micros
}

export interface Figure extends FigureKey, FigureAmounts {}

export const FIGURE_NAMES = [
  'usedMicros',
  'billedMicros',
  'unbilledMicros',
  'lateMicros',
  'dueMicros',
  'invoicedMicros',
  'deferredMicros',
] as const satisfies readonly (keyof FigureAmounts)[]

/** What waits in suspense, as `tik rejects list` and `tik bill check` tell it; no part of the figures. */
export interface RejectsAt {
  readonly reason: string
  readonly recordsCount: number
  /** undefined where nothing comparable was charged. */
  readonly estimateMicros?: Micros | undefined
}

/** Where the stores stood. */
export interface FinancePosition {
  /** The figures are those of its end, by the calendar of each account. */
  readonly day: number
  readonly cutOffId: string
  readonly lastInvoiceId: number
}

export interface FinanceFigures extends FinancePosition {
  readonly figures: readonly Figure[]
  readonly rejects: readonly RejectsAt[]
}

/** An account whose ledger sum is not what was billed and what was not. */
export interface Untied {
  readonly accountId: string
  readonly usedMicros: Micros
  readonly billedMicros: Micros
  readonly unbilledMicros: Micros
}
