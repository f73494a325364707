/** Which archived files retention removed, as it is stored. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'

export async function removedFiles(sql: SqlRunner): Promise<Set<number>> {
  const rows = await sql.query(
    'SELECT file_number FROM retained_files',
    [],
    z.object({ file_number: z.int() }),
  )
  return new Set(rows.map(({ file_number }) => file_number))
}

export async function noteRemoved(
  sql: SqlRunner,
  files: readonly { readonly number: number }[],
  nowMs: number,
): Promise<void> {
  await sql.execute(
    `INSERT INTO retained_files (file_number, removed_ms) SELECT number, $2::bigint
     FROM unnest($1::bigint[]) AS number ON CONFLICT DO NOTHING`,
    [files.map(({ number }) => number), nowMs],
  )
}
