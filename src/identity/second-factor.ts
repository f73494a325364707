/**
 * A second factor beside the password: codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s,
 * what every app knows), and recovery codes for when the phone is lost. A code is taken once.
 */
import { randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { Person, PersonKey } from './person.ts'
import { secretHash } from './secret-token.ts'

const STEP_MS = 30_000
/** Clocks of phones differ: the code before and the code after are taken too. */
const STEPS_AROUND = 1
const SECRET_BYTES = 20
const RECOVERY_CODES_COUNT = 10
/** Without letters and digits that people mix up. */
const RECOVERY_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const RECOVERY_LENGTH = 16

/** What an app needs; the address is what a QR code holds. */
export interface FactorToConfirm {
  readonly secret: string
  readonly address: string
}

/** Begins it anew; undefined where one is on, which stays. It is on when its first code was given. */
export async function beginSecondFactor(
  sql: SqlRunner,
  { key, email }: Pick<Person, 'key' | 'email'>,
): Promise<FactorToConfirm | undefined> {
  const secret = new Secret({ size: SECRET_BYTES })
  const begun = await sql.execute(
    `INSERT INTO second_factors (person, secret, last_step) VALUES ($1, $2, 0)
     ON CONFLICT (person) DO UPDATE SET secret = EXCLUDED.secret
       WHERE second_factors.confirmed_ms IS NULL`,
    [key, secret.base32],
  )
  if (begun === 0) return undefined
  return { secret: secret.base32, address: totpOf(secret.base32, email).toString() }
}

/** Returns the recovery codes, which are told once; undefined for a wrong code or nothing to confirm. */
export async function confirmSecondFactor(
  sql: SqlRunner,
  person: PersonKey,
  code: string,
  nowMs: number,
): Promise<string[] | undefined> {
  const factor = await factorOf(sql, person)
  if (factor === undefined || factor.confirmedMs !== null) return undefined
  if (!(await isCodeOfApp(sql, factor, code, nowMs))) return undefined
  await sql.execute('UPDATE second_factors SET confirmed_ms = $2 WHERE person = $1', [
    person,
    nowMs,
  ])
  const codes = Array.from({ length: RECOVERY_CODES_COUNT }, newRecoveryCode)
  for (const one of codes) {
    await sql.execute('INSERT INTO recovery_codes (person, code_hash) VALUES ($1, $2)', [
      person,
      secretHash(one),
    ])
  }
  return codes
}

export async function hasSecondFactor(sql: SqlRunner, person: PersonKey): Promise<boolean> {
  return ((await factorOf(sql, person))?.confirmedMs ?? null) !== null
}

/** Uses the code up, one of the app or one for recovery. False where it is not on. */
export async function useSecondFactor(
  sql: SqlRunner,
  person: PersonKey,
  code: string,
  nowMs: number,
): Promise<boolean> {
  const factor = await factorOf(sql, person)
  if (factor === undefined || factor.confirmedMs === null) return false
  if (await isCodeOfApp(sql, factor, code, nowMs)) return true
  const used = await sql.execute(
    `UPDATE recovery_codes SET used_ms = $3
     WHERE person = $1 AND code_hash = $2 AND used_ms IS NULL`,
    [person, secretHash(code.replaceAll(/[\s-]/g, '').toLowerCase()), nowMs],
  )
  return used > 0
}

export async function recoveryCodesLeft(sql: SqlRunner, person: PersonKey): Promise<number> {
  const [row] = await sql.query(
    'SELECT count(*)::int AS count FROM recovery_codes WHERE person = $1 AND used_ms IS NULL',
    [person],
    z.object({ count: z.int() }),
  )
  return row?.count ?? 0
}

/** Whether there was one that was on. */
export async function removeSecondFactor(sql: SqlRunner, person: PersonKey): Promise<boolean> {
  const wasOn = await hasSecondFactor(sql, person)
  await sql.execute('DELETE FROM second_factors WHERE person = $1', [person])
  return wasOn
}

interface Factor {
  readonly person: PersonKey
  readonly secret: string
  readonly confirmedMs: number | null
}

async function factorOf(sql: SqlRunner, person: PersonKey): Promise<Factor | undefined> {
  const [row] = await sql.query(
    'SELECT secret, confirmed_ms FROM second_factors WHERE person = $1',
    [person],
    z.object({ secret: z.string(), confirmed_ms: z.int().nullable() }),
  )
  return row === undefined
    ? undefined
    : { person, secret: row.secret, confirmedMs: row.confirmed_ms }
}

/** Takes it: the same code, or one of before it, is wrong from then on. */
async function isCodeOfApp(
  sql: SqlRunner,
  { person, secret }: Factor,
  code: string,
  nowMs: number,
): Promise<boolean> {
  const token = code.replaceAll(' ', '')
  const delta = totpOf(secret, '').validate({ token, timestamp: nowMs, window: STEPS_AROUND })
  if (delta === null) return false
  const step = Math.floor(nowMs / STEP_MS) + delta
  const taken = await sql.execute(
    'UPDATE second_factors SET last_step = $2 WHERE person = $1 AND last_step < $2',
    [person, step],
  )
  return taken > 0
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'tik', label, secret: Secret.fromBase32(secret) })
}

function newRecoveryCode(): string {
  return Array.from({ length: RECOVERY_LENGTH }, randomLetter).join('')
}

function randomLetter(): string {
  return RECOVERY_LETTERS[randomInt(RECOVERY_LETTERS.length)] ?? ''
}
