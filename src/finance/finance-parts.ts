/** What finance works with. All of it is opened and closed by the caller. */
import type { BillingParts } from '../invoicing/run/billing.ts'
import type { FinanceLedger } from './at/finance-ledger.ts'
import type { RevenueRule } from './ledger-accounts.ts'

export interface FinanceParts extends BillingParts {
  readonly usage: FinanceLedger
  /** Of finance.yaml; none where there is no such file. */
  readonly revenue: readonly RevenueRule[]
}
