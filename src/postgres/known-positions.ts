/** How far the logs of the ledger went, as far as bill runs and alerts know. */
import { z } from 'zod'
import type { SqlRunner } from './operations-store.ts'

/**
 * The newest cut-off goes at least as far as every earlier one. Lists come back at once: a ledger has
 * a partition for each file.
 */
const KNOWN_POSITIONS = `
  SELECT sources, partitions::text[], last_offsets::text[] AS offsets, 1 AS added
  FROM billing_cut_offs
  WHERE cut_off_id = (SELECT cut_off_id FROM billing_runs ORDER BY run_id DESC LIMIT 1)
  UNION ALL
  SELECT coalesce(array_agg(log_source), '{}'), coalesce(array_agg(log_partition)::text[], '{}'),
    coalesce(array_agg(next_offset)::text[], '{}'), 0
  FROM alert_positions`

const integer = z.string().transform((text) => Number.parseInt(text, 10))

const lists = z.object({
  sources: z.array(z.string()),
  partitions: z.array(integer),
  offsets: z.array(integer),
  /** What an offset lacks to be the next one. */
  added: z.int(),
})

export async function knownPositions(
  sql: Pick<SqlRunner, 'query'>,
): Promise<{ source: string; partition: number; nextOffset: number }[]> {
  const rows = await sql.query(KNOWN_POSITIONS, [], lists)
  return rows.flatMap(({ sources, partitions, offsets, added }) =>
    sources.map((source, index) => ({
      source,
      partition: partitions[index] ?? 0,
      nextOffset: (offsets[index] ?? 0) + added,
    })),
  )
}
