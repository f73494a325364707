/** Passkeys of people, and what their devices are asked to sign; each challenge is for one answer. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { PersonKey } from './person.ts'
import { secretHash } from './secret-token.ts'

export const CHALLENGE_MS_MAX = 300_000
export const PASSKEYS_OF_PERSON_MAX = 20

export interface Passkey {
  /** Base64url, as devices name it. */
  readonly credentialId: string
  readonly person: PersonKey
  readonly name: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly useCount: number
  readonly createdMs: number
  readonly usedMs: number | null
}

export async function passkeysOf(sql: SqlRunner, person: PersonKey): Promise<Passkey[]> {
  return sql.query(`${PASSKEYS} WHERE person = $1 ORDER BY created_ms`, [person], passkeyRow)
}

export async function passkeyById(
  sql: SqlRunner,
  credentialId: string,
): Promise<Passkey | undefined> {
  const [found] = await sql.query(
    `${PASSKEYS} WHERE credential_id = $1`,
    [credentialId],
    passkeyRow,
  )
  return found
}

/** Whether it was added: a key that is known already is not. */
export async function addPasskey(
  sql: SqlRunner,
  passkey: Omit<Passkey, 'usedMs'>,
): Promise<boolean> {
  const added = await sql.execute(
    `INSERT INTO passkeys (credential_id, person, name, public_key, use_count, created_ms)
     VALUES ($1, $2, $3, decode($4, 'base64'), $5, $6) ON CONFLICT DO NOTHING`,
    [
      passkey.credentialId,
      passkey.person,
      passkey.name,
      Buffer.from(passkey.publicKey).toString('base64'),
      passkey.useCount,
      passkey.createdMs,
    ],
  )
  return added > 0
}

export async function notePasskeyUse(
  sql: SqlRunner,
  credentialId: string,
  { useCount, nowMs }: { readonly useCount: number; readonly nowMs: number },
): Promise<void> {
  await sql.execute('UPDATE passkeys SET use_count = $2, used_ms = $3 WHERE credential_id = $1', [
    credentialId,
    useCount,
    nowMs,
  ])
}

/** Whether there was one. Only one's own can be removed. */
export async function removePasskey(
  sql: SqlRunner,
  person: PersonKey,
  credentialId: string,
): Promise<boolean> {
  const statement = 'DELETE FROM passkeys WHERE person = $1 AND credential_id = $2'
  return (await sql.execute(statement, [person, credentialId])) > 0
}

/** `person` is '' at sign-in. Challenges that are over are forgotten. */
export async function noteChallenge(
  sql: SqlRunner,
  challenge: string,
  { person, nowMs }: { readonly person: PersonKey | ''; readonly nowMs: number },
): Promise<void> {
  await sql.execute('DELETE FROM passkey_challenges WHERE expires_ms <= $1', [nowMs])
  await sql.execute(
    'INSERT INTO passkey_challenges (challenge_hash, person, expires_ms) VALUES ($1, $2, $3)',
    [secretHash(challenge), person, nowMs + CHALLENGE_MS_MAX],
  )
}

/** Uses it up; false when it was used, is over, or was another's. */
export async function useChallenge(
  sql: SqlRunner,
  challenge: string,
  { person, nowMs }: { readonly person: PersonKey | ''; readonly nowMs: number },
): Promise<boolean> {
  const statement = `DELETE FROM passkey_challenges
    WHERE challenge_hash = $1 AND person = $2 AND expires_ms > $3`
  return (await sql.execute(statement, [secretHash(challenge), person, nowMs])) > 0
}

const PASSKEYS = `SELECT credential_id, person, name, encode(public_key, 'base64') AS public_key,
    use_count, created_ms, used_ms
  FROM passkeys`

const passkeyRow = z
  .object({
    credential_id: z.string(),
    person: z.templateLiteral([z.enum(['user', 'staff']), ':', z.string()]),
    name: z.string(),
    public_key: z.string(),
    use_count: z.int(),
    created_ms: z.int(),
    used_ms: z.int().nullable(),
  })
  .transform((row): Passkey => ({
    credentialId: row.credential_id,
    person: row.person,
    name: row.name,
    publicKey: new Uint8Array(Buffer.from(row.public_key, 'base64')),
    useCount: row.use_count,
    createdMs: row.created_ms,
    usedMs: row.used_ms,
  }))
