/** Questions to the ledger's table that only the harness asks. */
import { z } from 'zod'
import type { ClickHouseStore } from '../../src/ledger/engine/clickhouse-store.ts'
import { exactInteger, queryText } from '../../src/ledger/engine/query-file.ts'

const batchesQuery = queryText()(
  'chaos-batches',
  'SELECT uniqExact(batch_id) AS count FROM usage_ledger',
  z.object({ count: exactInteger }),
)

/** Commits so far; undefined while the ledger is away. */
export async function batchesRecorded(store: ClickHouseStore): Promise<number | undefined> {
  const rows = await store.query(batchesQuery, {}).catch(() => [])
  return rows[0]?.count
}
