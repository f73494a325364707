/** What was used in each billing period, by kind: of an account, or of each of its subscriptions (M4). */
import { z } from 'zod'
import { addMicros, microsFromDecimal, type Micros } from '../core/money/money.ts'
import { PRODUCTS, USAGE_KINDS, type Product, type UsageKind } from '../core/usage/usage.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { exactCount, lookedAt, queryFile, type QueryParams } from '../ledger/engine/query-file.ts'
import { usageConditions, type Conditions, type UsageFilter } from './usage-filter.ts'

export const HISTORY_BY = ['kind', 'subscription'] as const
export type HistoryBy = (typeof HISTORY_BY)[number]

/** Charges are without VAT and not rounded. */
export interface UsageHistoryRow {
  /** First local day of the billing period, in days since 1970-01-01. */
  readonly periodStartDay: number
  /** '' where the grouping has none. */
  readonly subscriptionId: string
  readonly product: Product
  readonly kind: UsageKind
  /** Usages: a corrected one counts once, a reversed one not at all. */
  readonly count: number
  readonly durationSeconds: bigint
  readonly volumeBytes: bigint
  readonly quantity: bigint
  /** Charge and information charge together. */
  readonly amountMicros: Micros
}

/** Oldest period first, then in the order of the keys. */
export async function usageHistory(
  store: ClickHouseStore,
  by: HistoryBy,
  filter: UsageFilter,
): Promise<UsageHistoryRow[]> {
  const conditions = usageConditions(filter)
  const rows = await store.query(historyQuery(by, conditions), conditions.params)
  return rows.map((row) => ({
    periodStartDay: row.periodStartDay,
    subscriptionId: row.subscriptionId ?? '',
    product: row.product,
    kind: row.kind,
    count: exactCount(row.count),
    durationSeconds: BigInt(row.durationSeconds),
    volumeBytes: BigInt(row.volumeBytes),
    quantity: BigInt(row.quantity),
    amountMicros: addMicros(
      microsFromDecimal(row.chargeMicros),
      microsFromDecimal(row.informationChargeMicros),
    ),
  }))
}

/** Sums as texts: of the largest account there are tens of thousands of rows. */
const historyRow = z.object({
  periodStartDay: z.int(),
  subscriptionId: z.string().optional(),
  product: z.enum(PRODUCTS),
  kind: z.enum(USAGE_KINDS),
  count: z.string(),
  durationSeconds: z.string(),
  volumeBytes: z.string(),
  quantity: z.string(),
  chargeMicros: z.string(),
  informationChargeMicros: z.string(),
})

/** The statement for a grouping and conditions; exported for the test that asserts its text. */
export function historyQuery(by: HistoryBy, conditions: Conditions) {
  const isBySubscription = by === 'subscription'
  return lookedAt(
    queryFile<QueryParams>()('report-history', historyRow, {
      keys: isBySubscription ? 'subscription_id AS subscriptionId,' : '',
      conditions: conditions.texts.join('\n    AND '),
      grouping: `period_start, ${isBySubscription ? 'subscription_id, ' : ''}product, kind`,
    }),
  )
}
