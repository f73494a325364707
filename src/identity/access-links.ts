/**
 * Links that are for one use and for a while. One that invites or resets only lets set a password; one
 * that signs in is printed at the operator's own terminal and never sent.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { PersonKey } from './person.ts'
import { newSecret, secretHash } from './secret-token.ts'

const LINK_MS: Readonly<Record<LinkPurpose, number>> = {
  invite: 7 * 86_400_000,
  reset: 3_600_000,
  'sign-in': 86_400_000,
}

export type LinkPurpose = 'invite' | 'reset' | 'sign-in'

/** Returns the secret: it is told once. What was made for this before no longer works. */
export async function makeLink(
  sql: SqlRunner,
  person: PersonKey,
  purpose: LinkPurpose,
  nowMs: number,
): Promise<string> {
  const secret = newSecret('link')
  await sql.execute(
    'DELETE FROM access_links WHERE person = $1 AND purpose = $2 AND used_ms IS NULL',
    [person, purpose],
  )
  await sql.execute(
    `INSERT INTO access_links (link_hash, purpose, person, created_ms, expires_ms)
     VALUES ($1, $2, $3, $4, $5)`,
    [secretHash(secret), purpose, person, nowMs, nowMs + LINK_MS[purpose]],
  )
  return secret
}

/** How long ago the last one that still works was made; undefined where there is none. */
export async function secondsSinceLink(
  sql: SqlRunner,
  person: PersonKey,
  purpose: LinkPurpose,
  nowMs: number,
): Promise<number | undefined> {
  const [last] = await sql.query(
    `SELECT max(created_ms) AS "createdMs" FROM access_links
     WHERE person = $1 AND purpose = $2 AND used_ms IS NULL AND expires_ms > $3`,
    [person, purpose, nowMs],
    z.object({ createdMs: z.int().nullable() }),
  )
  return typeof last?.createdMs === 'number' ? (nowMs - last.createdMs) / 1_000 : undefined
}

/** Uses it up; undefined when it was used, is over, or never was. */
export async function useLink(
  sql: SqlRunner,
  secret: string,
  purposes: readonly LinkPurpose[],
  nowMs: number,
): Promise<PersonKey | undefined> {
  const [used] = await sql.query(
    `UPDATE access_links SET used_ms = $2 WHERE link_hash = $1 AND used_ms IS NULL
       AND expires_ms > $2 AND purpose = ANY($3::text[]) RETURNING person`,
    [secretHash(secret), nowMs, purposes],
    z.object({ person: z.templateLiteral([z.enum(['user', 'staff']), ':', z.string()]) }),
  )
  return used?.person
}
