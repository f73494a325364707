/**
 * `tik finance reconcile`: what came in of a calendar month and what became of it, by source, and what it was charged.
 * Each record ends in one way, so the ends come to the records; what was rated and corrected comes to the usages that
 * are charged. The two sides are read apart.
 */
import { z } from 'zod'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { PRODUCTS, type Product } from '../../core/usage/usage.ts'
import { listSourceFiles } from '../../ledger/source-files.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'

/** How records of a source ended. */
export interface RecordEnds {
  readonly recordsIn: number
  readonly rated: number
  /** Of those rated: after their period was closed. */
  readonly late: number
  readonly duplicates: number
  readonly unbillable: number
  /** At first; the three that follow are what became of these. */
  readonly rejected: number
  readonly waiting: number
  readonly ratedSince: number
  /** Written off, or found to be duplicates or unbillable. */
  readonly endedSince: number
}

export const END_NAMES = [
  'recordsIn',
  'rated',
  'late',
  'duplicates',
  'unbillable',
  'rejected',
  'waiting',
  'ratedSince',
  'endedSince',
] as const satisfies readonly (keyof RecordEnds)[]

export interface SourceEnds extends RecordEnds {
  /** The id of a source of files, or a topic. */
  readonly source: string
  /** false: records whose time could not be read, by when they were recorded. */
  readonly isTimed: boolean
}

export interface RevenueRow {
  readonly partnerId: string
  readonly accountId: string
  readonly product: Product
  readonly callType: string
  /** Usages, corrections counted in. */
  readonly count: number
  /** Of records that were rated when they came. */
  readonly ratedCount: number
  readonly amountMicros: Micros
}

export interface Reconciliation {
  readonly sources: readonly SourceEnds[]
  readonly revenue: readonly RevenueRow[]
  /** What does not come to what it should; nothing should be here. */
  readonly differences: readonly string[]
}

export interface ReconcileRange {
  readonly fromMs: number
  readonly toMs: number
}

export async function reconcile(
  store: ClickHouseStore,
  { fromMs, toMs }: ReconcileRange,
): Promise<Reconciliation> {
  const files = new Map(
    (await listSourceFiles(store)).map(({ number, sourceId }) => [number, sourceId]),
  )
  const rows = await store.query(endsQuery, { fromMs, toMs })
  const sources = summed(
    rows.map(({ logSource, fileNumber, origin, ...ends }) => ({
      ...ends,
      source:
        logSource === 'files'
          ? (files.get(fileNumber) ?? `file ${fileNumber}`)
          : origin || logSource,
    })),
  )
  const revenue = (await store.query(revenueQuery, { fromMs, toMs })).map(
    ({ chargeMicros, informationChargeMicros, ...row }): RevenueRow => ({
      ...row,
      amountMicros: addMicros(chargeMicros, informationChargeMicros),
    }),
  )
  return { sources, revenue, differences: differencesOf(sources, revenue) }
}

/** Sources in order; what could be read before what could not. */
function summed(rows: readonly SourceEnds[]): SourceEnds[] {
  const bySource = Map.groupBy(rows, ({ source, isTimed }) => `${source}\0${isTimed ? 0 : 1}`)
  return [...bySource]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own
      return first === undefined ? [] : [{ ...first, ...sumEnds(own) }]
    })
}

export function sumEnds(rows: readonly RecordEnds[]): RecordEnds {
  const sum = (name: keyof RecordEnds): number => rows.reduce((total, row) => total + row[name], 0)
  return {
    recordsIn: sum('recordsIn'),
    rated: sum('rated'),
    late: sum('late'),
    duplicates: sum('duplicates'),
    unbillable: sum('unbillable'),
    rejected: sum('rejected'),
    waiting: sum('waiting'),
    ratedSince: sum('ratedSince'),
    endedSince: sum('endedSince'),
  }
}

export const REVENUE_GROUPINGS = ['product', 'call-type', 'partner', 'account'] as const
export type RevenueGrouping = (typeof REVENUE_GROUPINGS)[number]

const GROUP_KEYS = {
  product: ({ product }) => product,
  'call-type': ({ product, callType }) => `${product} ${callType}`,
  partner: ({ partnerId }) => partnerId,
  account: ({ accountId }) => accountId,
} as const satisfies Readonly<Record<RevenueGrouping, (row: RevenueRow) => string>>

export interface RevenueGroup {
  readonly key: string
  readonly count: number
  readonly amountMicros: Micros
}

export function groupRevenue(rows: readonly RevenueRow[], by: RevenueGrouping): RevenueGroup[] {
  const groups = Map.groupBy(rows, (row): string => GROUP_KEYS[by](row))
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, own]) => ({
      key,
      count: own.reduce((total, { count }) => total + count, 0),
      amountMicros: own.reduce(
        (total, { amountMicros }) => addMicros(total, amountMicros),
        ZERO_MICROS,
      ),
    }))
}

function differencesOf(sources: readonly SourceEnds[], revenue: readonly RevenueRow[]): string[] {
  const found = sources.flatMap(({ source, ...ends }) => {
    const { recordsIn, rated, duplicates, unbillable, rejected } = ends
    const known = rated + duplicates + unbillable + rejected
    const since = ends.waiting + ends.ratedSince + ends.endedSince
    return [
      ...(recordsIn === known ? [] : [`${source}: ${recordsIn} came in, ${known} ended`]),
      ...(rejected === since
        ? []
        : [`${source}: ${rejected} were rejected, ${since} ended or wait`]),
    ]
  })
  const rated = sumEnds(sources.filter(({ isTimed }) => isTimed)).rated
  const charged = revenue.reduce((total, { ratedCount }) => total + ratedCount, 0)
  return rated === charged ? found : [...found, `${rated} were rated, ${charged} are charged`]
}

const endsQuery = queryFile<{ fromMs: number; toMs: number }>()(
  'finance-record-ends',
  z.object({
    logSource: z.string(),
    fileNumber: exactInteger,
    origin: z.string(),
    isTimed: z.coerce.boolean(),
    recordsIn: exactInteger,
    rated: exactInteger,
    late: exactInteger,
    duplicates: exactInteger,
    unbillable: exactInteger,
    rejected: exactInteger,
    waiting: exactInteger,
    ratedSince: exactInteger,
    endedSince: exactInteger,
  }),
)

const revenueQuery = queryFile<{ fromMs: number; toMs: number }>()(
  'finance-revenue',
  z.object({
    partnerId: z.string(),
    accountId: z.string(),
    product: z.enum(PRODUCTS),
    callType: z.string(),
    count: exactInteger,
    ratedCount: exactInteger,
    chargeMicros: exactMicros,
    informationChargeMicros: exactMicros,
  }),
)
