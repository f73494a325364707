/** What the ledger says of itself: where its logs stand, and balances of open periods. */
import { z } from 'zod'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile } from '../ledger/engine/query-file.ts'

export interface LedgerPartition {
  readonly logSource: string
  readonly logPartition: number
  readonly lastOffset: number
  readonly rowsCount: number
  /** 0 = longer ago than `RECENT_MS`. */
  readonly lastRecordedMs: number
}

export interface LedgerStatus {
  readonly partitions: readonly LedgerPartition[]
  /** Of the periods that began within `OPEN_PERIOD_DAYS`. */
  readonly accountsCount: number
  readonly balancesCount: number
}

const DAY_MS = 86_400_000
/** How far back a last commit is looked for; it bounds what is read. */
export const RECENT_MS = 31 * DAY_MS
/** A period that began longer ago is closed or about to be. */
export const OPEN_PERIOD_DAYS = 62

const partitionsQuery = queryFile<{ recordedFromMs: number }>()(
  'status-partitions',
  z.object({
    logSource: z.string(),
    logPartition: exactInteger,
    lastOffset: exactInteger,
    rowsCount: exactInteger,
    lastRecordedMs: exactInteger,
  }),
)

const balancesQuery = queryFile<{ fromDay: number }>()(
  'status-balances',
  z.object({ accountsCount: exactInteger, balancesCount: exactInteger }),
)

export async function ledgerStatus(store: ClickHouseStore, nowMs: number): Promise<LedgerStatus> {
  const fromDay = Math.floor(nowMs / DAY_MS) - OPEN_PERIOD_DAYS
  const [balances] = await store.query(balancesQuery, { fromDay })
  return {
    partitions: await store.query(partitionsQuery, { recordedFromMs: nowMs - RECENT_MS }),
    accountsCount: balances?.accountsCount ?? 0,
    balancesCount: balances?.balancesCount ?? 0,
  }
}
