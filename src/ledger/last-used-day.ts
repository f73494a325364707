/** Whether and until when an account has usage in the ledger. */
import { z } from 'zod'
import type { ClickHouseStore } from './engine/clickhouse-store.ts'
import { exactInteger, queryFile } from './engine/query-file.ts'

/** Start day of the last billing period with rated usage; undefined when there is none. */
export async function lastUsedDayOf(
  store: ClickHouseStore,
  accountId: string,
): Promise<number | undefined> {
  const [row] = await store.query(lastUsedQuery, { accountId })
  return row?.periodStartDay
}

const lastUsedQuery = queryFile<{ accountId: string }>()(
  'account-last-used',
  z.object({ periodStartDay: exactInteger }),
)
