/** Whether a password is somebody's, and setting a new one. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import { hashOfNobody, hashPassword, isOutdated, isPasswordOf } from './password-hash.ts'
import { requireGoodPassword } from './password-rules.ts'
import { personByName, type Person, type PersonKey } from './person.ts'

/**
 * Who that is, or undefined: for a wrong password as for nobody of that name, for somebody blocked and for
 * one without a password, in the same time.
 */
export async function personOfPassword(
  sql: SqlRunner,
  name: string,
  password: string,
): Promise<Person | undefined> {
  const person = await personByName(sql, name)
  const hash = person === undefined ? undefined : await passwordHashOf(sql, person.key)
  if (person === undefined || hash === undefined) {
    await hashOfNobody(password)
    return undefined
  }
  if (!(await isPasswordOf(hash, password)) || person.isBlocked) return undefined
  if (isOutdated(hash)) await storeHash(sql, person.key, await hashPassword(password), undefined)
  return person
}

/** Throws `usage_error` when it is not good enough. */
export async function setPassword(
  sql: SqlRunner,
  { key, name, email }: Pick<Person, 'key' | 'name' | 'email'>,
  password: string,
  nowMs: number,
): Promise<void> {
  requireGoodPassword(password, [key.slice(key.indexOf(':') + 1), email, ...name.split(' ')])
  await storeHash(sql, key, await hashPassword(password), nowMs)
}

async function passwordHashOf(sql: SqlRunner, key: PersonKey): Promise<string | undefined> {
  const row = z.object({ hash: z.string() })
  const [found] = await sql.query('SELECT hash FROM passwords WHERE person = $1', [key], row)
  return found?.hash
}

/** `changedMs` undefined: the password is the one that it was. */
async function storeHash(
  sql: SqlRunner,
  key: PersonKey,
  hash: string,
  changedMs: number | undefined,
): Promise<void> {
  await sql.execute(
    `INSERT INTO passwords (person, hash, changed_ms) VALUES ($1, $2, coalesce($3::bigint, 0))
     ON CONFLICT (person) DO UPDATE SET hash = EXCLUDED.hash,
       changed_ms = coalesce($3::bigint, passwords.changed_ms)`,
    [key, hash, changedMs ?? null],
  )
}
