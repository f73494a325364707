/** What was used and what it cost, as one total or by call type, by number, or by both (T1, T2). */
import { z } from 'zod'
import { addMicros, microsFromDecimal, microsToDecimal, type Micros } from '../core/money/money.ts'
import { PRODUCTS } from '../core/usage/usage.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { QueryParams } from '../ledger/engine/query-file.ts'
import { exactCount, lookedAt, queryFile } from '../ledger/engine/query-file.ts'
import { operator, type Comparison } from './comparison.ts'
import { allOf, usageConditions, type Conditions, type UsageFilter } from './usage-filter.ts'

export const TOTALS_BY = [
  'total',
  'product',
  'call-type',
  'number',
  'number-and-call-type',
  'account',
  'partner',
] as const
export type TotalsBy = (typeof TOTALS_BY)[number]

/** Which sums are wanted, where not all: those of more than so much, say. */
export interface TotalsFilter extends UsageFilter {
  /** Charge and information charge together. */
  readonly totalAmount?: Comparison<Micros> | undefined
  readonly totalDurationSeconds?: Comparison<number> | undefined
  readonly totalVolumeBytes?: Comparison<number> | undefined
}

/** Keys are '' where the grouping has none. Charges are without VAT and not rounded. */
export interface UsageTotalsRow {
  readonly product: string
  readonly callType: string
  /** The served number and its subscription. */
  readonly number: string
  readonly subscriptionId: string
  readonly accountId: string
  readonly partnerId: string
  /** Usages: a corrected one counts once, a reversed one not at all. */
  readonly count: number
  /** All customers together use more in a month than a safe integer counts: 9 petabytes. */
  readonly durationSeconds: bigint
  readonly volumeBytes: bigint
  readonly quantity: bigint
  readonly outOfBundleQuantity: bigint
  readonly chargeMicros: Micros
  readonly informationChargeMicros: Micros
  /** Charge and information charge together. */
  readonly amountMicros: Micros
}

/** Rows in the order of their keys; one row (of zeros where there is nothing) for `total`, which no sum is compared in. */
export async function usageTotals(
  store: ClickHouseStore,
  by: TotalsBy,
  filter: TotalsFilter,
): Promise<UsageTotalsRow[]> {
  const conditions = usageConditions(filter)
  const sums = sumConditions(filter)
  const rows = await store.query(
    totalsQuery(by, conditions, sums),
    by === 'total' ? conditions.params : allOf([conditions, sums]).params,
  )
  return rows.map((row) => {
    const [chargeMicros, informationChargeMicros] = [
      microsFromDecimal(row.chargeMicros),
      microsFromDecimal(row.informationChargeMicros),
    ]
    return {
      product: row.product ?? '',
      callType: row.callType ?? '',
      number: row.number ?? '',
      subscriptionId: row.subscriptionId ?? '',
      accountId: row.accountId ?? '',
      partnerId: row.partnerId ?? '',
      count: exactCount(row.count),
      durationSeconds: BigInt(row.durationSeconds),
      volumeBytes: BigInt(row.volumeBytes),
      quantity: BigInt(row.quantity),
      outOfBundleQuantity: BigInt(row.outOfBundleQuantity),
      chargeMicros,
      informationChargeMicros,
      amountMicros: addMicros(chargeMicros, informationChargeMicros),
    }
  })
}

const KEYS: Record<TotalsBy, readonly [column: string, name: string][]> = {
  total: [],
  product: [['product', 'product']],
  'call-type': [
    ['product', 'product'],
    ['call_type', 'callType'],
  ],
  number: [
    ['product', 'product'],
    ['served_number', 'number'],
    ['subscription_id', 'subscriptionId'],
  ],
  'number-and-call-type': [
    ['product', 'product'],
    ['served_number', 'number'],
    ['subscription_id', 'subscriptionId'],
    ['call_type', 'callType'],
  ],
  account: [
    ['partner_id', 'partnerId'],
    ['account_id', 'accountId'],
  ],
  partner: [['partner_id', 'partnerId']],
}

/** Sums as texts: of the largest account there are tens of thousands of rows. */
const totalsRow = z.object({
  product: z.enum(PRODUCTS).optional(),
  callType: z.string().optional(),
  number: z.string().optional(),
  subscriptionId: z.string().optional(),
  accountId: z.string().optional(),
  partnerId: z.string().optional(),
  count: z.string(),
  durationSeconds: z.string(),
  volumeBytes: z.string(),
  quantity: z.string(),
  outOfBundleQuantity: z.string(),
  chargeMicros: z.string(),
  informationChargeMicros: z.string(),
})

/** The statement for a grouping and conditions; exported for the test that asserts its text. */
export function totalsQuery(
  by: TotalsBy,
  conditions: Conditions,
  sums: Conditions = { texts: [], params: {} },
) {
  const keys = KEYS[by]
  const columns = keys.map(([column]) => column).join(', ')
  const grouping =
    keys.length === 0 ? '' : `\nGROUP BY ${columns}\nHAVING ${having(sums)}\nORDER BY ${columns}`
  return lookedAt(
    queryFile<QueryParams>()('report-totals', totalsRow, {
      keys: keys.map(([column, name]) => `${column} AS ${name},`).join('\n    '),
      conditions: conditions.texts.join('\n    AND ') + grouping,
    }),
  )
}

/** What was taken back whole is no row; of the others those whose sums are as asked. */
function having({ texts }: Conditions): string {
  const isAny = 'count != 0 OR chargeMicros != 0 OR informationChargeMicros != 0'
  return texts.length === 0 ? isAny : [`(${isAny})`, ...texts].join('\n    AND ')
}

/** Of sums: what a row of the answer is compared with. */
function sumConditions(filter: TotalsFilter): Conditions {
  const { totalAmount, totalDurationSeconds, totalVolumeBytes } = filter
  return allOf([
    totalAmount === undefined
      ? NONE
      : {
          texts: [
            `chargeMicros + informationChargeMicros ${operator(totalAmount)} {totalAmount:Decimal(18, 6)}`,
          ],
          params: { totalAmount: microsToDecimal(totalAmount.value) },
        },
    ofSum('durationSeconds', 'totalDurationSeconds', totalDurationSeconds),
    ofSum('volumeBytes', 'totalVolumeBytes', totalVolumeBytes),
  ])
}

function ofSum(
  column: string,
  name: string,
  comparison: Comparison<number> | undefined,
): Conditions {
  if (comparison === undefined) return NONE
  const text = `${column} ${operator(comparison)} {${name}:Int64}`
  return { texts: [text], params: { [name]: comparison.value } }
}

const NONE: Conditions = { texts: [], params: {} }
