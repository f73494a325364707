/** How far each partition of the ledger's log was read for crossings. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { CrossingPosition } from './ledger-crossings.ts'

export async function readPositions(sql: SqlRunner): Promise<CrossingPosition[]> {
  const rows = await sql.query(
    `SELECT log_source, log_partition, next_offset, recorded_ms FROM alert_positions
     ORDER BY log_source, log_partition`,
    [],
    z.object({
      log_source: z.string(),
      log_partition: z.int(),
      next_offset: z.int(),
      recorded_ms: z.int(),
    }),
  )
  return rows.map((row) => ({
    logSource: row.log_source,
    logPartition: row.log_partition,
    nextOffset: row.next_offset,
    recordedMs: row.recorded_ms,
  }))
}
