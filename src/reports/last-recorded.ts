/** Up to when reports know what was used. */
import { z } from 'zod'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { exactInteger, lookedAt, queryFile, type QueryParams } from '../ledger/engine/query-file.ts'

/** Kept and forgotten with what it is about. */
const lastRecordedQuery = lookedAt(
  queryFile<QueryParams>()('last-recorded', z.object({ lastRecordedMs: exactInteger })),
)

/** The newest row of any account; undefined for an empty ledger. */
export async function lastRecordedMs(store: ClickHouseStore): Promise<number | undefined> {
  const [row] = await store.query(lastRecordedQuery, {})
  const ms = row?.lastRecordedMs ?? 0
  return ms === 0 ? undefined : ms
}
