/** A number that grows with every committed change of the reference data; see migration 0170. */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'

const row = z.object({ version: z.int() })

export async function directoryVersion(sql: SqlRunner): Promise<number> {
  const [found] = await sql.query('SELECT version FROM directory_version', [], row)
  return found?.version ?? 0
}
