/** Single usages, newest first (T3). */
import { z } from 'zod'
import { addMicros, microsToDecimal, type Micros } from '../core/money/money.ts'
import { TikError } from '../core/failures/errors.ts'
import { DELETED_DETAIL } from '../core/usage/beyond-retention.ts'
import { entryId } from '../core/usage/ids.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { lookedAt, queryFile, type QueryParams } from '../ledger/engine/query-file.ts'
import { selectionOf, shapeOf } from '../ledger/columns/read-fields.ts'
import { operator, type Comparison } from './comparison.ts'
import { allOf, usageConditions, type Conditions, type UsageFilter } from './usage-filter.ts'

/** More than this is an export, not a page. */
export const DETAILS_MAX = 10_000

export interface DetailsFilter extends UsageFilter {
  /** Compared with charge and information charge together. */
  readonly amount?: Comparison<Micros> | undefined
  readonly durationSeconds?: Comparison<number> | undefined
  readonly volumeBytes?: Comparison<number> | undefined
}

export type UsageDetail = z.output<typeof detailRow> & { readonly amountMicros: Micros }

export interface DetailsPage {
  readonly limit: number
  readonly timeZone: string
  /** The last usage of the page before: by its start and place, so that nothing is skipped or seen twice. */
  readonly after?: DetailsPlace | undefined
  /** `dearest` has one page: of what costs most nobody reads on for ever. */
  readonly order?: DetailsOrder | undefined
}

export const DETAILS_ORDERS = ['newest', 'dearest'] as const
export type DetailsOrder = (typeof DETAILS_ORDERS)[number]

export interface DetailsPlace {
  readonly startMs: number
  /** `source/partition/offset` */
  readonly entryId: string
}

/** At most `limit` usages; `more` says whether there are others. Times in `timeZone`. */
export async function usageDetails(
  store: ClickHouseStore,
  filter: DetailsFilter,
  page: DetailsPage,
): Promise<{ rows: UsageDetail[]; more: boolean }> {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > DETAILS_MAX) {
    throw new TikError('usage_error', `a page of details has 1 to ${DETAILS_MAX} rows`, {
      hint: 'use tik export for the whole selection',
    })
  }
  const { order = 'newest' } = page
  if (order === 'dearest' && page.after !== undefined) {
    throw new TikError('usage_error', 'the dearest have one page', { hint: 'narrow the selection' })
  }
  const conditions = allOf([detailsConditions(filter), after(page.after)])
  const params = { ...conditions.params, timeZone: page.timeZone, limit: page.limit + 1 }
  const rows = await store.query(detailsQuery(conditions, 'LIMIT {limit:UInt32}', order), params)
  return { rows: rows.slice(0, page.limit).map(withAmount), more: rows.length > page.limit }
}

/** The fields of a row that a person sees, in this order; usage-csv.ts has those of a CSV file. */
const DETAIL_FIELDS = [
  'startMs',
  'accountId',
  'subscriptionId',
  'product',
  'kind',
  'direction',
  'callType',
  'servedNumber',
  'sender',
  'receiver',
  'destination',
  'visitedNetwork',
  'durationSeconds',
  'volumeBytes',
  'quantity',
  'outOfBundleQuantity',
  'billedQuantity',
  'chargeMicros',
  'informationChargeMicros',
  'rateId',
  'periodStartDay',
  'late',
  'entryKind',
  'usageId',
] as const satisfies readonly (keyof LedgerRow)[]

const detailRow = z.object({
  startLocal: z.string(),
  ...shapeOf(DETAIL_FIELDS),
  entryId: z.string(),
})

const PLACE_FIELDS = ['logSource', 'logPartition', 'logOffset'] as const

/** What of a row is shown, with its place in the log. */
export type ShownRow = Pick<
  LedgerRow,
  (typeof DETAIL_FIELDS)[number] | (typeof PLACE_FIELDS)[number]
>

const SHOWN_FIELDS = [...DETAIL_FIELDS, ...PLACE_FIELDS]
export const SHOWN_SELECTION = selectionOf(SHOWN_FIELDS)
export const shownRow: z.ZodType<ShownRow> = z.object(shapeOf(SHOWN_FIELDS))

/** A row that somebody else selected, as it would come out of a report. */
export function detailOf(row: ShownRow, startLocal: string): UsageDetail {
  const { logSource, logPartition, logOffset, ...shown } = row
  return withAmount({
    startLocal,
    ...shown,
    entryId: entryId({ logSource, logPartition, logOffset }),
  })
}

function withAmount(row: z.output<typeof detailRow>): UsageDetail {
  return { ...row, amountMicros: addMicros(row.chargeMicros, row.informationChargeMicros) }
}

/** The statement for conditions; exported for the test that asserts its text. */
export function detailsQuery(
  conditions: Conditions,
  limit: string,
  order: DetailsOrder = 'newest',
) {
  return lookedAt(
    queryFile<QueryParams>()('report-details', detailRow, {
      fields: selectionOf(DETAIL_FIELDS),
      conditions: conditions.texts.join('\n    AND '),
      order: ORDER_BY[order],
      limit,
    }),
  )
}

const PLACE_ORDER = 'started_at DESC, log_source, log_partition, log_offset'
const ORDER_BY: Readonly<Record<DetailsOrder, string>> = {
  newest: PLACE_ORDER,
  dearest: `charge + information_charge DESC, ${PLACE_ORDER}`,
}

export function detailsConditions(filter: DetailsFilter): Conditions {
  const { amount, durationSeconds, volumeBytes } = filter
  return allOf([
    usageConditions(filter),
    // What it cost is in the totals still.
    { texts: ['detail != {deletedDetail:String}'], params: { deletedDetail: DELETED_DETAIL } },
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
    volumeBytes === undefined
      ? NONE
      : {
          texts: [`volume_bytes ${operator(volumeBytes)} {volumeBytes:Int64}`],
          params: { volumeBytes: volumeBytes.value },
        },
  ])
}

/** Rows that come after this place, newest first and then in the order of the log. */
function after(place: DetailsPlace | undefined): Conditions {
  if (place === undefined) return NONE
  const [, source = '', partition = '', offset = ''] = ENTRY.exec(place.entryId) ?? []
  if (source === '') throw new TikError('usage_error', `${place.entryId} is no entry of the ledger`)
  const at = 'fromUnixTimestamp64Milli({afterMs:Int64})'
  const position = '({afterSource:String}, {afterPartition:UInt32}, {afterOffset:Int64})'
  return {
    texts: [
      `started_at <= ${at}`,
      `(started_at < ${at} OR (log_source, log_partition, log_offset) > ${position})`,
    ],
    params: {
      afterMs: place.startMs,
      afterSource: source,
      afterPartition: Number(partition),
      afterOffset: offset,
    },
  }
}

const ENTRY = /^(.{1,200})\/(\d{1,10})\/(\d{1,19})$/
const NONE: Conditions = { texts: [], params: {} }
