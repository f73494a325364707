/**
 * What is kept of a person who signs in or gets mails: a user of an account, or one of the staff. Told as it is
 * stored, less what is a secret; and taken away. What was done and changed stays in its logs.
 */
import { z } from 'zod'
import type { PersonKey } from '../identity/person.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'

type Stored = Readonly<Record<string, unknown>>

export interface UserData {
  /** The user or member of staff; empty where there is none of that id. */
  readonly person: readonly Stored[]
  readonly access: readonly Stored[]
  readonly sessions: readonly Stored[]
  readonly passkeys: readonly Stored[]
  readonly signOn: readonly Stored[]
  readonly mails: readonly Stored[]
  readonly views: readonly Stored[]
  readonly questions: readonly Stored[]
  readonly acts: readonly Stored[]
}

const QUESTIONS: Readonly<Record<keyof UserData, string>> = {
  person: `SELECT 'user' AS kind, user_id AS id, account_id, name, email, language FROM users
    WHERE 'user:' || user_id = $1
    UNION ALL
    SELECT 'staff', staff_id, coalesce(partner_id, ''), name, email, language FROM staff
    WHERE 'staff:' || staff_id = $1`,
  access: 'SELECT roles, blocked_ms FROM person_access WHERE person = $1',
  sessions: `SELECT session_id, created_ms, seen_ms, expires_ms, address, agent FROM sessions
    WHERE person = $1 ORDER BY created_ms, session_id`,
  passkeys: `SELECT name, created_ms, used_ms FROM passkeys WHERE person = $1
    ORDER BY created_ms, credential_id`,
  signOn: `SELECT account_id, issuer, subject FROM provider_subjects WHERE person = $1
    ORDER BY account_id, issuer, subject`,
  mails: `SELECT mail_id, kind, account_id, recipient_name, recipient_email, subject, text_body,
      created_ms, state FROM mails
    WHERE user_id = split_part($1, ':', 2) AND $1 LIKE 'user:%' ORDER BY created_ms, mail_id`,
  views: `SELECT account_id, name, page, query, created_ms FROM saved_views WHERE person = $1
    ORDER BY view_id`,
  questions: `SELECT question_id, at_ms, author_name, message FROM question_messages
    WHERE author = $1 ORDER BY message_id`,
  acts: `SELECT at_ms, actor, door, act, subject, account_id, partner_id, before, after, address
    FROM audit_log WHERE actor = $1 OR subject = $1 ORDER BY entry_id`,
}

export async function userData(sql: SqlRunner, person: PersonKey): Promise<UserData> {
  const ask = (name: keyof UserData) =>
    sql.query(QUESTIONS[name], [person], z.record(z.string(), z.unknown()))
  return {
    person: await ask('person'),
    access: await ask('access'),
    sessions: await ask('sessions'),
    passkeys: await ask('passkeys'),
    signOn: await ask('signOn'),
    mails: await ask('mails'),
    views: await ask('views'),
    questions: await ask('questions'),
    acts: await ask('acts'),
  }
}

/** Ways to get in, all of them. */
const OF_PERSON = [
  'passwords',
  'person_access',
  'access_links',
  'sessions',
  'second_factors',
  'passkeys',
  'passkey_challenges',
  'provider_subjects',
  'saved_views',
] as const

/**
 * Inside a transaction of the caller. Nobody of that id can sign in or gets mails from then on; mails to them keep
 * that and when they went. Returns the ids of those mails.
 */
export async function eraseUser(
  sql: SqlRunner,
  person: PersonKey,
  nowMs: number,
): Promise<string[]> {
  const id = person.slice(person.indexOf(':') + 1)
  // What they asked stays with the account; who it was does not.
  await sql.execute(`UPDATE question_messages SET author_name = '' WHERE author = $1`, [person])
  for (const table of OF_PERSON) {
    await sql.execute(`DELETE FROM ${table} WHERE person = $1`, [person])
  }
  if (person.startsWith('staff:')) {
    await sql.execute('DELETE FROM staff WHERE staff_id = $1', [id])
    return []
  }
  await sql.execute('DELETE FROM users WHERE user_id = $1', [id])
  await sql.execute(
    'UPDATE bill_tos SET reader_ids = array_remove(reader_ids, $1) WHERE $1 = ANY(reader_ids)',
    [id],
  )
  await sql.execute('DELETE FROM alert_notices WHERE user_id = $1 AND mail_id IS NULL', [id])
  const mails = await sql.query(
    `UPDATE mails SET recipient_name = '', recipient_email = '', subject = '', text_body = '',
       html_body = '', attachments = '[]',
       state = CASE state WHEN 'queued' THEN 'failed' ELSE state END,
       reason = CASE state WHEN 'queued' THEN 'the person was erased' ELSE reason END,
       finished_ms = coalesce(finished_ms, $2)
     WHERE user_id = $1 RETURNING mail_id`,
    [id, nowMs],
    z.object({ mail_id: z.string() }),
  )
  return mails.map(({ mail_id: mailId }) => mailId)
}
