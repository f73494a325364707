/** Identity providers of accounts, whom they mean by their subjects, and visits to them that are under way. */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import { personByKey, personsOfAccount, type Person, type PersonKey } from './person.ts'
import { newSecret, secretHash } from './secret-token.ts'

export const VISIT_MS_MAX = 600_000

export interface IdentityProvider {
  readonly accountId: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

export async function providerOf(
  sql: SqlRunner,
  accountId: string,
): Promise<IdentityProvider | undefined> {
  const [row] = await sql.query(
    `SELECT account_id, issuer, client_id, client_secret FROM identity_providers
     WHERE account_id = $1`,
    [accountId],
    z.object({
      account_id: z.string(),
      issuer: z.string(),
      client_id: z.string(),
      client_secret: z.string(),
    }),
  )
  return row === undefined
    ? undefined
    : {
        accountId: row.account_id,
        issuer: row.issuer,
        clientId: row.client_id,
        clientSecret: row.client_secret,
      }
}

export async function setProvider(sql: SqlRunner, provider: IdentityProvider): Promise<void> {
  await sql.execute(
    `INSERT INTO identity_providers (account_id, issuer, client_id, client_secret)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (account_id) DO UPDATE SET issuer = EXCLUDED.issuer,
       client_id = EXCLUDED.client_id, client_secret = EXCLUDED.client_secret`,
    [provider.accountId, provider.issuer, provider.clientId, provider.clientSecret],
  )
}

/** Whether there was one. Whom its subjects mean is forgotten with it. */
export async function removeProvider(sql: SqlRunner, accountId: string): Promise<boolean> {
  await sql.execute('DELETE FROM provider_subjects WHERE account_id = $1', [accountId])
  return (
    (await sql.execute('DELETE FROM identity_providers WHERE account_id = $1', [accountId])) > 0
  )
}

export interface Subject {
  readonly issuer: string
  readonly subject: string
  /** '' where the provider tells none. */
  readonly email: string
}

/**
 * The user of the account whom the provider means: who came in as this subject before, else the one user
 * who has the address, from then on. Another account's users are beyond it, whatever it says.
 */
export async function personOfSubject(
  sql: SqlRunner,
  accountId: string,
  { issuer, subject, email }: Subject,
): Promise<Person | undefined> {
  const known = await knownAs(sql, accountId, issuer, subject)
  if (known !== undefined) {
    const person = await personByKey(sql, known)
    return person?.accountId === accountId ? person : undefined
  }
  const address = email.toLowerCase()
  const users = await personsOfAccount(sql, accountId)
  const [person, another] = users.filter((user) => user.email.toLowerCase() === address)
  if (email === '' || person === undefined || another !== undefined) return undefined
  await sql.execute(
    `INSERT INTO provider_subjects (account_id, issuer, subject, person) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [accountId, issuer, subject, person.key],
  )
  return person
}

async function knownAs(
  sql: SqlRunner,
  accountId: string,
  issuer: string,
  subject: string,
): Promise<PersonKey | undefined> {
  const [row] = await sql.query(
    `SELECT person FROM provider_subjects
     WHERE account_id = $1 AND issuer = $2 AND subject = $3`,
    [accountId, issuer, subject],
    z.object({ person: z.templateLiteral([z.enum(['user', 'staff']), ':', z.string()]) }),
  )
  return row?.person
}

/** What must come back unchanged from the provider. */
export interface Visit {
  readonly accountId: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Returns the secret that the browser keeps meanwhile. Visits that are over are forgotten. */
export async function beginVisit(sql: SqlRunner, visit: Visit, nowMs: number): Promise<string> {
  const secret = newSecret('visit')
  await sql.execute('DELETE FROM provider_visits WHERE expires_ms <= $1', [nowMs])
  await sql.execute(
    `INSERT INTO provider_visits (visit_hash, account_id, state, nonce, code_verifier, expires_ms)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      secretHash(secret),
      visit.accountId,
      visit.state,
      visit.nonce,
      visit.codeVerifier,
      nowMs + VISIT_MS_MAX,
    ],
  )
  return secret
}

/** Ends it: undefined when it was ended, is over, or never was. */
export async function endVisit(
  sql: SqlRunner,
  secret: string,
  nowMs: number,
): Promise<Visit | undefined> {
  const [row] = await sql.query(
    `DELETE FROM provider_visits WHERE visit_hash = $1 AND expires_ms > $2
     RETURNING account_id, state, nonce, code_verifier`,
    [secretHash(secret), nowMs],
    z.object({
      account_id: z.string(),
      state: z.string(),
      nonce: z.string(),
      code_verifier: z.string(),
    }),
  )
  return row === undefined
    ? undefined
    : {
        accountId: row.account_id,
        state: row.state,
        nonce: row.nonce,
        codeVerifier: row.code_verifier,
      }
}
