/** Single usages, newest first (T3). */
import { z } from 'zod'
import { addMicros, microsToDecimal, type Micros } from '../core/money.ts'
import { TikError } from '../core/errors.ts'
import { ENTRY_KINDS } from '../core/ledger-row.ts'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../core/usage.ts'
import type { ClickHouseStore } from '../ledger/clickhouse-store.ts'
import { exactInteger, exactMicros, queryTemplate } from '../ledger/query-file.ts'
import { allOf, usageConditions, type Conditions, type UsageFilter } from './usage-filter.ts'

/** More than this is an export, not a page. */
export const DETAILS_MAX = 10_000

export interface DetailsFilter extends UsageFilter {
  /** Compared with charge and information charge together. */
  readonly amount?: Comparison<Micros> | undefined
  readonly durationSeconds?: Comparison<number> | undefined
}

export interface Comparison<Value> {
  readonly is: '=' | '<' | '>'
  readonly value: Value
}

export type UsageDetail = z.output<typeof detailRow> & { readonly amountMicros: Micros }

/** At most `limit` usages; `more` says whether there are others. Times in `timeZone`. */
export async function usageDetails(
  store: ClickHouseStore,
  filter: DetailsFilter,
  page: { readonly limit: number; readonly timeZone: string },
): Promise<{ rows: UsageDetail[]; more: boolean }> {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > DETAILS_MAX) {
    throw new TikError('usage_error', `a page of details has 1 to ${DETAILS_MAX} rows`, {
      hint: 'use tik export for the whole selection',
    })
  }
  const conditions = detailsConditions(filter)
  const params = { ...conditions.params, timeZone: page.timeZone, limit: page.limit + 1 }
  const rows = await store.query(detailsQuery(conditions, 'LIMIT {limit:UInt32}'), params)
  return { rows: rows.slice(0, page.limit).map(withAmount), more: rows.length > page.limit }
}

/** All usages that the filter selects, in chunks, newest first. */
export async function* streamUsageDetails(
  store: ClickHouseStore,
  filter: DetailsFilter,
  timeZone: string,
): AsyncGenerator<UsageDetail[]> {
  const conditions = detailsConditions(filter)
  const params = { ...conditions.params, timeZone }
  for await (const rows of store.stream(detailsQuery(conditions, ''), params)) {
    yield rows.map(withAmount)
  }
}

const detailRow = z.object({
  startMs: exactInteger,
  startLocal: z.string(),
  accountId: z.string(),
  subscriptionId: z.string(),
  product: z.enum(PRODUCTS),
  kind: z.enum(USAGE_KINDS),
  direction: z.enum(DIRECTIONS),
  callType: z.string(),
  servedNumber: z.string(),
  sender: z.string(),
  receiver: z.string(),
  destination: z.string(),
  visitedNetwork: z.string(),
  durationSeconds: exactInteger,
  volumeBytes: exactInteger,
  quantity: exactInteger,
  outOfBundleQuantity: exactInteger,
  billedQuantity: exactInteger,
  chargeMicros: exactMicros,
  informationChargeMicros: exactMicros,
  rateId: z.string(),
  periodStartDay: exactInteger,
  late: z.number().transform((late) => late !== 0),
  entryKind: z.enum(ENTRY_KINDS),
  usageId: z.string(),
  entryId: z.string(),
})

function withAmount(row: z.output<typeof detailRow>): UsageDetail {
  return { ...row, amountMicros: addMicros(row.chargeMicros, row.informationChargeMicros) }
}

/** The statement for conditions; exported for the test that asserts its text. */
export function detailsQuery(conditions: Conditions, limit: string) {
  return queryTemplate('report-details', detailRow, {
    conditions: conditions.texts.join('\n    AND '),
    limit,
  })
}

export function detailsConditions(filter: DetailsFilter): Conditions {
  const { amount, durationSeconds } = filter
  return allOf([
    usageConditions(filter),
    amount === undefined
      ? NONE
      : {
          texts: [`charge + information_charge ${operator(amount)} {amount:Decimal(18, 6)}`],
          params: { amount: microsToDecimal(amount.value) },
        },
    durationSeconds === undefined
      ? NONE
      : {
          texts: [`duration_seconds ${operator(durationSeconds)} {durationSeconds:Int64}`],
          params: { durationSeconds: durationSeconds.value },
        },
  ])
}

const NONE: Conditions = { texts: [], params: {} }

/** A fixed text for each, so that nothing of the caller's gets into the statement. */
function operator(comparison: Comparison<unknown>): string {
  return { '=': '=', '<': '<', '>': '>' }[comparison.is]
}
