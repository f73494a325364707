/**
 * Getting in and out with a password or a link. What fails says neither whether there is such a person
 * nor why it failed.
 */
import { noteAct } from '../../audit/audit-log.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { useLink } from '../../identity/access-links.ts'
import { personOfPassword, setPassword } from '../../identity/credentials.ts'
import { personByKey, type Person } from '../../identity/person.ts'
import { hasSecondFactor, useSecondFactor } from '../../identity/second-factor.ts'
import {
  endAllSessions,
  endSession,
  openSession,
  sessionsOf,
  sweepSessions,
  type Session,
} from '../../identity/sessions.ts'
import { note } from '../note-act.ts'
import type { Desk } from '../desk.ts'
import type { Stores } from '../stores.ts'
import type { Entrance } from './caller-of.ts'

export interface Arrival extends Entrance {
  readonly agent: string
}

export interface Credentials {
  readonly name: string
  readonly password: string
  /** Of the second factor, where there is one. */
  readonly code?: string | undefined
}

/** A code is asked for once the password is right, so that nobody learns who has a second factor. */
export type Signing =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'needs-code' }
  | { readonly kind: 'entered'; readonly secret: string }

/** With the secret of a new session where name, password and code fit. */
export async function signIn(
  stores: Pick<Stores, 'operations'>,
  { name, password, code }: Credentials,
  arrival: Arrival,
): Promise<Signing> {
  const { operations } = stores
  const person = await personOfPassword(operations, name, password)
  if (person === undefined) return { kind: 'wrong' }
  if (await hasSecondFactor(operations, person.key)) {
    if (code === undefined) return { kind: 'needs-code' }
    const nowMs = systemClock.nowMs()
    if (!(await useSecondFactor(operations, person.key, code, nowMs))) return { kind: 'wrong' }
  }
  return { kind: 'entered', secret: await enter(stores, person, 'signed in', arrival) }
}

/** By a link that was printed at the operator's terminal; undefined when it does not work any more. */
export async function signInByLink(
  stores: Pick<Stores, 'operations'>,
  secret: string,
  arrival: Arrival,
): Promise<string | undefined> {
  const { operations } = stores
  const key = await useLink(operations, secret, ['sign-in'], systemClock.nowMs())
  const person = key === undefined ? undefined : await personByKey(operations, key)
  if (person === undefined || person.isBlocked) return undefined
  return enter(stores, person, 'signed in by a link', arrival)
}

/**
 * Sets the password that an invitation or a reset asks for. It signs nobody in, and ends every session
 * that there was. Throws `not_allowed` for a link that does not work any more, `usage_error` for a
 * password that is not good enough; the link stays good then.
 */
export async function setPasswordByLink(
  { operations }: Pick<Stores, 'operations'>,
  { link, password }: { readonly link: string; readonly password: string },
  entrance: Entrance,
): Promise<void> {
  const nowMs = systemClock.nowMs()
  await operations.transaction(async (sql) => {
    const key = await useLink(sql, link, ['invite', 'reset'], nowMs)
    const person = key === undefined ? undefined : await personByKey(sql, key)
    if (person === undefined || person.isBlocked) {
      throw new TikError('not_allowed', 'this link does not work any more', {
        hint: 'ask for a new one',
      })
    }
    await setPassword(sql, person, password, nowMs)
    await endAllSessions(sql, person.key)
    await noteAct(sql, { name: person.key, ...entrance }, actOf(person, 'password.set'), nowMs)
  })
}

/** One's own sessions, the last used first. */
export function ownSessions({ operations, caller }: Desk): Promise<Session[]> {
  return sessionsOf(operations, personKeyOf(caller.name), systemClock.nowMs())
}

/** Throws `not_found` when it is none of one's own. */
export async function endOwnSession(desk: Desk, sessionId: string): Promise<void> {
  if (!(await endSession(desk.operations, personKeyOf(desk.caller.name), sessionId))) {
    throw new TikError('not_found', `there is no session ${sessionId}`)
  }
  const whose = desk.caller.reach.kind === 'accounts' ? (desk.caller.reach.accountIds[0] ?? '') : ''
  await note(desk, {
    act: 'session.end',
    subject: `session ${sessionId}`,
    accountId: whose,
    partnerId: '',
  })
}

/** The secret of a new session of somebody who has shown who they are. */
export async function enter(
  { operations }: Pick<Stores, 'operations'>,
  person: Person,
  act: string,
  { agent, ...entrance }: Arrival,
): Promise<string> {
  const nowMs = systemClock.nowMs()
  return operations.transaction(async (sql) => {
    await sweepSessions(sql, nowMs)
    const { address } = entrance
    const secret = await openSession(sql, person.key, { address, agent, nowMs })
    await noteAct(sql, { name: person.key, ...entrance }, actOf(person, act), nowMs)
    return secret
  })
}

function actOf({ key, accountId, partnerId }: Person, act: string) {
  return { act, subject: key, accountId, partnerId }
}

/** Throws `not_found` for a program. */
export function personKeyOf(name: string): Session['person'] {
  const [kind = '', id = ''] = name.split(':', 2)
  if (kind === 'user') return `user:${id}`
  if (kind === 'staff') return `staff:${id}`
  throw new TikError('not_found', `${name} has no sessions`)
}
