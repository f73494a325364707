/** Whom a session is of: a user of an account, or one of the provider's staff. */
import { z } from 'zod'
import { LANGUAGES, type Language } from '../core/accounts/accounts.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'
import { DEFAULT_ROLES } from './rights.ts'

/** 'user:ID' or 'staff:ID'. */
export type PersonKey = `user:${string}` | `staff:${string}`

export interface Person {
  readonly key: PersonKey
  readonly name: string
  readonly email: string
  readonly language: Language
  /** Of a user; '' of staff. */
  readonly accountId: string
  /** Of staff of a partner; '' of the operator's staff and of users. */
  readonly partnerId: string
  readonly roles: readonly string[]
  readonly isBlocked: boolean
}

export async function personByKey(sql: SqlRunner, key: PersonKey): Promise<Person | undefined> {
  const [found] = await sql.query(`${PERSONS} WHERE person = $1`, [key], personRow)
  return found
}

/** By id, or by an address that one person alone has. */
export async function personByName(sql: SqlRunner, name: string): Promise<Person | undefined> {
  const found = await sql.query(
    `${PERSONS} WHERE id = $1 OR lower(email) = lower($1) ORDER BY id <> $1 LIMIT 3`,
    [name],
    personRow,
  )
  const [first, second] = found
  const isById = first?.key.slice(first.key.indexOf(':') + 1) === name
  return isById || second === undefined ? first : undefined
}

export async function personsOfAccount(sql: SqlRunner, accountId: string): Promise<Person[]> {
  return sql.query(`${PERSONS} WHERE account_id = $1 ORDER BY id`, [accountId], personRow)
}

/** Of a partner; `''` are those of the operator. */
export async function staffOfPartner(sql: SqlRunner, partnerId: string): Promise<Person[]> {
  return sql.query(
    `${PERSONS} WHERE account_id = '' AND partner_id = $1 ORDER BY id`,
    [partnerId],
    personRow,
  )
}

/** Who there is, with what each may do. */
const PERSONS = `
  SELECT person, name, email, language, account_id, partner_id, roles, blocked_ms
  FROM (
    SELECT 'user:' || user_id AS person, user_id AS id, name, email, language, account_id,
      '' AS partner_id FROM users
    UNION ALL
    SELECT 'staff:' || staff_id, staff_id, name, email, language, '', coalesce(partner_id, '')
    FROM staff
  ) AS persons LEFT JOIN person_access USING (person)`

const personRow = z
  .object({
    person: z.templateLiteral([z.enum(['user', 'staff']), ':', z.string()]),
    name: z.string(),
    email: z.string(),
    language: z.enum(LANGUAGES),
    account_id: z.string(),
    partner_id: z.string(),
    roles: z.array(z.string()).nullable(),
    blocked_ms: z.int().nullable(),
  })
  .transform((row): Person => ({
    key: row.person,
    name: row.name,
    email: row.email,
    language: row.language,
    accountId: row.account_id,
    partnerId: row.partner_id,
    roles: row.roles ?? (row.account_id === '' ? [] : DEFAULT_ROLES),
    isBlocked: row.blocked_ms !== null,
  }))
