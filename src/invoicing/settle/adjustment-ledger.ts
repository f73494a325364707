/** What settling volume rates asks of the ledger, and the one thing that invoicing writes there. */
import { z } from 'zod'
import { ADJUSTMENT_LOG, type LedgerRow, type LogPartition } from '../../core/usage/ledger-row.ts'
import { micros } from '../../core/money/money.ts'
import { PRODUCTS, USAGE_KINDS, type Product, type UsageKind } from '../../core/usage/usage.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'
import type { VolumeUse } from '../../rating/model/settle-volume.ts'

/** Rows of one commit. */
const ROWS_PER_COMMIT_MAX = 50_000

export interface UsesQuestion {
  readonly accountId: string
  readonly periodStartDays: readonly number[]
  /** Published; nothing beyond it counts. */
  readonly cutOffId: string
  /** Parallel: each version of each rate that is asked for. */
  readonly versionRateIds: readonly string[]
  readonly versionFromMs: readonly number[]
  /** Allowances of the catalogue, by what they are of. */
  readonly moneyAllowanceIds: readonly string[]
  readonly unitAllowanceIds: readonly string[]
}

export interface AccountUse extends VolumeUse {
  readonly periodStartDay: number
  readonly rateId: string
  readonly partnerId: string
  readonly product: Product
  readonly kind: UsageKind
}

export interface ReratedPeriod {
  readonly accountId: string
  readonly periodStartDay: number
  /** Partition of its rows in the log of re-rating. */
  readonly rerateNumber: number
  readonly catalogueKey: string
}

export interface AdjustmentLedger {
  /** Periods of accounts in which one of these rates was used. */
  volumePeriods(
    rateIds: readonly string[],
  ): Promise<{ readonly accountId: string; readonly periodStartDay: number }[]>
  volumeUses(question: UsesQuestion): Promise<AccountUse[]>
  /** All adjustments, in log order, in chunks. */
  adjustments(): AsyncIterable<LedgerRow[]>
  /** Appends a new partition of adjustments, by the catalogue of each, and returns how far it goes. */
  recordAdjustments(
    rows: ReadonlyMap<string, readonly LedgerRow[]>,
    recordedMs: number,
  ): Promise<LogPartition & { readonly lastOffset: number }>
  /** The catalogue of what was recorded last up to a published cut-off; '' = nothing was. */
  catalogueAt(cutOffId: string): Promise<string>
  /** The last `tik rerate` of each period that had one, up to a published cut-off. */
  rerated(cutOffId: string): Promise<ReratedPeriod[]>
}

export function createAdjustmentLedger(store: ClickHouseStore): AdjustmentLedger {
  const ledger = createClickHouseLedger(store)
  return {
    volumePeriods: (rateIds) => store.query(volumePeriodsQuery, { rateIds }),
    volumeUses: async (question) => {
      const rows = await store.query(volumeUsesQuery, { ...question })
      return rows.map(({ versionsBegun, ...row }) => ({ ...row, version: versionsBegun - 1 }))
    },
    adjustments: () => ledger.rows({ source: ADJUSTMENT_LOG }),
    async recordAdjustments(byCatalogue, recordedMs) {
      const last = Math.max(0, ...(await ledger.lastOffsets(ADJUSTMENT_LOG)).keys())
      const log = { source: ADJUSTMENT_LOG, partition: last + 1 }
      let nextOffset = 0
      for (const [catalogueKey, rows] of byCatalogue) {
        for (let first = 0; first < rows.length; first += ROWS_PER_COMMIT_MAX) {
          const some = rows.slice(first, first + ROWS_PER_COMMIT_MAX)
          const batch = ledger.newBatch(log, nextOffset, recordedMs, catalogueKey)
          for (const row of some) batch.appendRow(row)
          await ledger.record(batch)
          nextOffset += some.length
        }
      }
      return { ...log, lastOffset: nextOffset - 1 }
    },
    async catalogueAt(cutOffId) {
      const [row] = await store.query(catalogueAtQuery, { cutOffId })
      return row?.catalogueKey ?? ''
    },
    rerated: (cutOffId) => store.query(reratedQuery, { cutOffId }),
  }
}

const volumePeriodsQuery = queryFile<{ rateIds: readonly string[] }>()(
  'volume-periods',
  z.object({ accountId: z.string(), periodStartDay: exactInteger }),
)

const catalogueAtQuery = queryFile<{ cutOffId: string }>()(
  'invoice-catalogue-at-cut-off',
  z.object({ catalogueKey: z.string() }),
)

const reratedQuery = queryFile<{ cutOffId: string }>()(
  'invoice-rerated-catalogues',
  z.object({
    accountId: z.string(),
    periodStartDay: exactInteger,
    rerateNumber: exactInteger,
    catalogueKey: z.string(),
  }),
)

type UsesParams = {
  accountId: string
  periodStartDays: readonly number[]
  cutOffId: string
  versionRateIds: readonly string[]
  versionFromMs: readonly number[]
  moneyAllowanceIds: readonly string[]
  unitAllowanceIds: readonly string[]
}

const volumeUsesQuery = queryFile<UsesParams>()(
  'volume-uses',
  z.object({
    periodStartDay: exactInteger,
    rateId: z.string(),
    subscriptionId: z.string(),
    callType: z.string(),
    versionsBegun: exactInteger,
    partnerId: z.string(),
    product: z.enum(PRODUCTS),
    kind: z.enum(USAGE_KINDS),
    outOfBundleQuantity: exactInteger,
    chargedMicros: exactMicros,
    adjustedMicros: exactMicros,
    moneyTakenMicros: exactInteger.transform(micros),
  }),
)
