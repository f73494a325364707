/** Whether a ledger that others write to is as it was, asked at most once in a short while. */
import { z } from 'zod'
import type { ClickHouseStore } from './clickhouse-store.ts'
import { queryFile } from './query-file.ts'

/** So much later than it is recorded elsewhere may something be seen here. */
export const STAND_AGE_MS_MAX = 1_000

const standQuery = queryFile()('ledger-stand', z.object({ stand: z.string() }))

/** Returns a function that answers a word, another one once anything changed. */
export function standOf(
  store: Pick<ClickHouseStore, 'query'>,
  nowMs: () => number = () => performance.now(),
): () => Promise<string> {
  let asked: { readonly atMs: number; readonly stand: Promise<string> } | undefined
  return () => {
    const atMs = nowMs()
    if (asked !== undefined && atMs - asked.atMs < STAND_AGE_MS_MAX) return asked.stand
    const stand = ask()
    asked = { atMs, stand }
    stand.catch(() => (asked = undefined)) // The next one asks again.
    return stand
  }
  async function ask(): Promise<string> {
    const [row] = await store.query(standQuery, {})
    return row?.stand ?? ''
  }
}
