/**
 * Sessions of signed-in people: an opaque secret whose hash is stored. One ends when it was not used for
 * a while, at its end whatever happens, or when somebody ends it.
 */
import { z } from 'zod'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { PersonKey } from './person.ts'
import { newPublicId, newSecret, secretHash } from './secret-token.ts'

export const SESSION_IDLE_MS = 12 * 3_600_000
export const SESSION_MS_MAX = 14 * 86_400_000
/** How old the note of its last use may be: reading does not write each time. */
const SEEN_AGAIN_MS = 60_000
const AGENT_LENGTH_MAX = 200

export interface Session {
  readonly sessionId: string
  readonly person: PersonKey
  readonly createdMs: number
  readonly seenMs: number
  readonly expiresMs: number
  readonly address: string
  readonly agent: string
}

/** Returns the secret: it is told once. */
export async function openSession(
  sql: SqlRunner,
  person: PersonKey,
  from: { readonly address: string; readonly agent: string; readonly nowMs: number },
): Promise<string> {
  const secret = newSecret('session')
  const { address, agent, nowMs } = from
  await sql.execute(
    `INSERT INTO sessions (session_hash, session_id, person, created_ms, seen_ms, expires_ms,
       address, agent) VALUES ($1, $2, $3, $4, $4, $5, $6, $7)`,
    [
      secretHash(secret),
      newPublicId(),
      person,
      nowMs,
      nowMs + SESSION_MS_MAX,
      address,
      agent.slice(0, AGENT_LENGTH_MAX),
    ],
  )
  return secret
}

/** The session that goes on with this secret, which counts as a use of it. */
export async function sessionOf(
  sql: SqlRunner,
  secret: string,
  nowMs: number,
): Promise<Session | undefined> {
  const hash = secretHash(secret)
  const [session] = await sql.query(
    `${SESSIONS} WHERE session_hash = $1 AND expires_ms > $2 AND seen_ms > $3`,
    [hash, nowMs, nowMs - SESSION_IDLE_MS],
    sessionRow,
  )
  if (session !== undefined && nowMs - session.seenMs > SEEN_AGAIN_MS) {
    await sql.execute('UPDATE sessions SET seen_ms = $2 WHERE session_hash = $1', [hash, nowMs])
  }
  return session
}

export function sessionsOf(sql: SqlRunner, person: PersonKey, nowMs: number): Promise<Session[]> {
  return sql.query(
    `${SESSIONS} WHERE person = $1 AND expires_ms > $2 AND seen_ms > $3 ORDER BY seen_ms DESC`,
    [person, nowMs, nowMs - SESSION_IDLE_MS],
    sessionRow,
  )
}

/** Whether there was one. Only one's own can be ended. */
export async function endSession(
  sql: SqlRunner,
  person: PersonKey,
  sessionId: string,
): Promise<boolean> {
  const statement = 'DELETE FROM sessions WHERE person = $1 AND session_id = $2'
  return (await sql.execute(statement, [person, sessionId])) > 0
}

/** After a new password, or when somebody is blocked. */
export async function endAllSessions(sql: SqlRunner, person: PersonKey): Promise<void> {
  await sql.execute('DELETE FROM sessions WHERE person = $1', [person])
}

/** Those that are over are forgotten. */
export async function sweepSessions(sql: SqlRunner, nowMs: number): Promise<void> {
  await sql.execute('DELETE FROM sessions WHERE expires_ms <= $1 OR seen_ms <= $2', [
    nowMs,
    nowMs - SESSION_IDLE_MS,
  ])
}

const SESSIONS = `SELECT session_id, person, created_ms, seen_ms, expires_ms, address, agent
  FROM sessions`

const sessionRow = z
  .object({
    session_id: z.string(),
    person: z.templateLiteral([z.enum(['user', 'staff']), ':', z.string()]),
    created_ms: z.int(),
    seen_ms: z.int(),
    expires_ms: z.int(),
    address: z.string(),
    agent: z.string(),
  })
  .transform((row): Session => ({
    sessionId: row.session_id,
    person: row.person,
    createdMs: row.created_ms,
    seenMs: row.seen_ms,
    expiresMs: row.expires_ms,
    address: row.address,
    agent: row.agent,
  }))
