/** What finance asks of the ledger, over ClickHouse: clickhouse/queries/finance-*.sql. Bounded by positions, as invoices are. */
import { z } from 'zod'
import type { Micros } from '../../core/money/money.ts'
import { PRODUCTS, type Product } from '../../core/usage/usage.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'

/** Exact sums of rated usage; corrections are in. */
export interface UsedSum {
  readonly accountId: string
  readonly partnerId: string
  readonly product: Product
  readonly callType: string
  readonly count: number
  readonly chargeMicros: Micros
  readonly informationChargeMicros: Micros
}

/** All that was used of it, and the first day of the first period in which. */
export interface UsedTotal extends UsedSum {
  readonly firstStartDay: number
}

export interface UnbilledSum extends UsedSum {
  /** Of a period that an invoice closed before it came. */
  readonly late: boolean
}

/** Some accounts, up to an instant, as a position of the ledger has them. */
export interface UsedSpan {
  readonly accountIds: readonly string[]
  readonly beforeMs: number
  readonly cutOffId: string
}

/** What billed these accounts, alike for all of them. */
export interface BilledAlike {
  readonly closedStartDays: readonly number[]
  /** The cut-off that billed them last; '' = nothing was billed. */
  readonly billedCutOffId: string
}

export interface FinanceLedger {
  used(span: UsedSpan): Promise<UsedTotal[]>
  unbilled(span: UsedSpan & BilledAlike): Promise<UnbilledSum[]>
}

export function createFinanceLedger(store: ClickHouseStore): FinanceLedger {
  return {
    used: ({ accountIds, beforeMs, cutOffId }) =>
      store.query(usedQuery, { accountIds, beforeMs, cutOffId }),
    unbilled: ({ accountIds, beforeMs, cutOffId, closedStartDays, billedCutOffId }) =>
      store.query(unbilledQuery, {
        accountIds,
        beforeMs,
        cutOffId,
        closedStartDays,
        billedCutOffId,
      }),
  }
}

const usedSum = z.object({
  accountId: z.string(),
  partnerId: z.string(),
  product: z.enum(PRODUCTS),
  callType: z.string(),
  count: exactInteger,
  chargeMicros: exactMicros,
  informationChargeMicros: exactMicros,
})

const usedQuery = queryFile<{
  accountIds: readonly string[]
  beforeMs: number
  cutOffId: string
}>()('finance-usage-sums', usedSum.extend({ firstStartDay: exactInteger }))

const unbilledQuery = queryFile<{
  accountIds: readonly string[]
  beforeMs: number
  cutOffId: string
  closedStartDays: readonly number[]
  billedCutOffId: string
}>()('finance-unbilled-usage', usedSum.extend({ late: z.coerce.boolean() }))
