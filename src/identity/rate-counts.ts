/**
 * How often something was tried or asked in a while, by all processes together: a count begins with the
 * first and ends after its time. Keys are kept as hashes, so that the table names nobody.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

export interface Counted {
  readonly points: number
  /** Until the count begins anew. */
  readonly endsInMs: number
}

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/** Adds to each, and returns the counts after it in the order of the keys. Points below 0 give back. */
export async function countUp(
  sql: SqlRunner,
  added: readonly { readonly key: string; readonly points: number }[],
  windowMs: number,
): Promise<Counted[]> {
  // In one order everywhere, so that two statements never wait for each other.
  const sorted = added
    .map(({ key, points }) => ({ hash: hashOf(key), points }))
    .sort((left, right) => (left.hash < right.hash ? -1 : 1))
  const rows = await sql.query(
    `INSERT INTO rate_counts AS known (key, points, ends_ms)
     SELECT key, points, ${NOW} + $3::bigint FROM unnest($1::text[], $2::int[]) AS new (key, points)
     ON CONFLICT (key) DO UPDATE SET
       points = CASE WHEN known.ends_ms <= ${NOW} THEN excluded.points
         ELSE known.points + excluded.points END,
       ends_ms = CASE WHEN known.ends_ms <= ${NOW} THEN excluded.ends_ms ELSE known.ends_ms END
     RETURNING key AS hash, points, ends_ms - ${NOW} AS "endsInMs"`,
    [sorted.map(({ hash }) => hash), sorted.map(({ points }) => points), windowMs],
    z.object({ hash: z.string(), points: z.int(), endsInMs: z.int() }),
  )
  const byHash = new Map(rows.map(({ hash, ...counted }) => [hash, counted]))
  return added.map(({ key }) => byHash.get(hashOf(key)) ?? { points: 0, endsInMs: windowMs })
}

export async function forgetEndedCounts(sql: SqlRunner): Promise<void> {
  await sql.execute(`DELETE FROM rate_counts WHERE ends_ms <= ${NOW}`)
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}
