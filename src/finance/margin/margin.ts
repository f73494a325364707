/**
 * What usage of a calendar month was charged and what it cost us. A margin is of usage whose cost is known: what
 * has none is counted apart, since nothing would be a wrong number for it.
 */
import { z } from 'zod'
import { addMicros, micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { PRODUCTS, type Product } from '../../core/usage/usage.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'

export interface MarginSums {
  /** Usages, corrections counted in. */
  readonly count: number
  /** Of them: whose cost is known. The amounts that follow are theirs. */
  readonly knownCount: number
  readonly knownAmountMicros: Micros
  readonly costMicros: Micros
  readonly marginMicros: Micros
  /** What the others were charged. */
  readonly otherAmountMicros: Micros
}

export interface MarginRow extends MarginSums {
  readonly partnerId: string
  readonly accountId: string
  readonly product: Product
  readonly callType: string
  /** Id of the deck; '' for data and for incoming usage. */
  readonly destination: string
  readonly supplier: string
}

export const MARGIN_GROUPINGS = [
  'call-type',
  'destination',
  'account',
  'partner',
  'supplier',
] as const
export type MarginGrouping = (typeof MARGIN_GROUPINGS)[number]

export interface MarginGroup extends MarginSums {
  readonly key: string
}

export async function readMargin(
  store: ClickHouseStore,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<MarginRow[]> {
  const rows = await store.query(marginQuery, { fromMs: range.fromMs, toMs: range.toMs })
  return rows.map((row) => ({
    ...row,
    marginMicros: micros(row.knownAmountMicros - row.costMicros),
  }))
}

const GROUP_KEYS = {
  'call-type': ({ product, callType }) => `${product} ${callType}`,
  destination: ({ destination }) => destination,
  account: ({ accountId }) => accountId,
  partner: ({ partnerId }) => partnerId,
  supplier: ({ supplier }) => supplier,
} as const satisfies Readonly<Record<MarginGrouping, (row: MarginRow) => string>>

/** The smallest margin first. */
export function groupMargin(rows: readonly MarginRow[], by: MarginGrouping): MarginGroup[] {
  const groups = Map.groupBy(rows, (row): string => GROUP_KEYS[by](row))
  return [...groups]
    .map(([key, own]) => ({ key, ...sumMargin(own) }))
    .toSorted(
      (left, right) => left.marginMicros - right.marginMicros || (left.key < right.key ? -1 : 1),
    )
}

export function sumMargin(rows: readonly MarginSums[]): MarginSums {
  const count = (of: (row: MarginSums) => number): number =>
    rows.reduce((total, row) => total + of(row), 0)
  const money = (of: (row: MarginSums) => Micros): Micros =>
    rows.reduce((total, row) => addMicros(total, of(row)), ZERO_MICROS)
  return {
    count: count((row) => row.count),
    knownCount: count((row) => row.knownCount),
    knownAmountMicros: money((row) => row.knownAmountMicros),
    costMicros: money((row) => row.costMicros),
    marginMicros: money((row) => row.marginMicros),
    otherAmountMicros: money((row) => row.otherAmountMicros),
  }
}

const marginQuery = queryFile<{ fromMs: number; toMs: number }>()(
  'finance-margin',
  z.object({
    partnerId: z.string(),
    accountId: z.string(),
    product: z.enum(PRODUCTS),
    callType: z.string(),
    destination: z.string(),
    supplier: z.string(),
    count: exactInteger,
    knownCount: exactInteger,
    knownAmountMicros: exactMicros,
    otherAmountMicros: exactMicros,
    costMicros: exactMicros,
  }),
)
