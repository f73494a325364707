/** What was used in each billing period, by kind: of an account, or of each of its subscriptions (M4). */
import { z } from 'zod'
import { addMicros, type Micros } from '../core/money/money.ts'
import { PRODUCTS, USAGE_KINDS, type Product, type UsageKind } from '../core/usage/usage.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import {
  exactBigInteger,
  exactInteger,
  exactMicros,
  lookedAt,
  queryFile,
  type QueryParams,
} from '../ledger/engine/query-file.ts'
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
  return rows.map(({ chargeMicros, informationChargeMicros, ...row }) => ({
    ...row,
    subscriptionId: row.subscriptionId ?? '',
    amountMicros: addMicros(chargeMicros, informationChargeMicros),
  }))
}

const historyRow = z.object({
  periodStartDay: exactInteger,
  subscriptionId: z.string().optional(),
  product: z.enum(PRODUCTS),
  kind: z.enum(USAGE_KINDS),
  count: exactInteger,
  durationSeconds: exactBigInteger,
  volumeBytes: exactBigInteger,
  quantity: exactBigInteger,
  chargeMicros: exactMicros,
  informationChargeMicros: exactMicros,
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
