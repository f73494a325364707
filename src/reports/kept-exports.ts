/** Exports that wait to be fetched by a link: each for its person, and for three days. */
import { z } from 'zod'
import type { PersonKey } from '../identity/person.ts'
import { newSecret, secretHash } from '../identity/secret-token.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'

export const KEPT_MS = 3 * 86_400_000
/** In one sweep; the next one has the rest. */
const SWEPT_MAX = 1_000

export interface KeptExport {
  readonly person: PersonKey
  /** Its name in the folder of exports. */
  readonly storedAs: string
  /** As the one who fetches it gets it. */
  readonly fileName: string
  readonly contentType: string
  readonly rowsCount: number
}

/** Returns the secret of its link: it is told once. */
export async function keepExport(
  sql: SqlRunner,
  { person, storedAs, fileName, contentType, rowsCount }: KeptExport,
  nowMs: number,
): Promise<string> {
  const secret = newSecret('link')
  await sql.execute(
    `INSERT INTO kept_exports
       (link_hash, person, stored_as, file_name, content_type, rows_count, created_ms, expires_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      secretHash(secret),
      person,
      storedAs,
      fileName,
      contentType,
      rowsCount,
      nowMs,
      nowMs + KEPT_MS,
    ],
  )
  return secret
}

/** undefined when the link is over, or never was. */
export async function exportOfLink(
  sql: SqlRunner,
  secret: string,
  nowMs: number,
): Promise<KeptExport | undefined> {
  const [found] = await sql.query(
    `SELECT person, stored_as, file_name, content_type, rows_count FROM kept_exports
     WHERE link_hash = $1 AND expires_ms > $2`,
    [secretHash(secret), nowMs],
    keptRow,
  )
  return found
}

/** Forgets what is over, and says which files that were. */
export async function forgetExports(sql: SqlRunner, nowMs: number): Promise<string[]> {
  const forgotten = await sql.query(
    `DELETE FROM kept_exports WHERE link_hash IN (
       SELECT link_hash FROM kept_exports WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT ${SWEPT_MAX})
     RETURNING stored_as`,
    [nowMs],
    z.object({ stored_as: z.string() }),
  )
  return forgotten.map((row) => row.stored_as)
}

const keptRow = z
  .object({
    person: z.templateLiteral([z.enum(['user', 'staff']), ':', z.string()]),
    stored_as: z.string(),
    file_name: z.string(),
    content_type: z.string(),
    rows_count: z.int(),
  })
  .transform((row): KeptExport => ({
    person: row.person,
    storedAs: row.stored_as,
    fileName: row.file_name,
    contentType: row.content_type,
    rowsCount: row.rows_count,
  }))
