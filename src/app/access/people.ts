/** People of an account and staff: what each may do, inviting and blocking them. */
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Language } from '../../core/accounts/accounts.ts'
import { directoryOf } from '../known-directory.ts'
import { makeLink, type LinkPurpose } from '../../identity/access-links.ts'
import { setAccess, setStaff } from '../../identity/person-access.ts'
import {
  personByKey,
  personsOfAccount,
  type Person,
  type PersonKey,
} from '../../identity/person.ts'
import { isRight, isRole, RIGHTS, ROLES, rightsOf, type Right } from '../../identity/rights.ts'
import { endAllSessions } from '../../identity/sessions.ts'
import { accountWithin, isWithinReach, requireOperator, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

/** Users of an account with their roles. Throws `not_found`, `not_allowed`. */
export async function peopleOf(desk: Desk, accountId: string): Promise<Person[]> {
  requireRight(desk.caller, 'manage-users')
  accountWithin(desk.caller, await directoryOf(desk), accountId)
  return personsOfAccount(desk.operations, accountId)
}

/** Throws `not_found`, also for somebody else's. */
export function personOf(desk: Desk, userId: string): Promise<Person> {
  return userWithin(desk, userId)
}

export interface AccessWish {
  /** Names of roles and single rights. */
  readonly roles: readonly string[]
  readonly isBlocked: boolean
}

/**
 * Nobody gives rights that they do not have, or takes their own right to manage users. Throws
 * `usage_error` for a role that there is not, `not_found`, `not_allowed`.
 */
export async function changeAccess(desk: Desk, userId: string, wish: AccessWish): Promise<Person> {
  const before = await userWithin(desk, userId)
  const unknown = wish.roles.find((name) => !isRight(name) && !isRoleOf('user', name))
  if (unknown !== undefined) throw new TikError('usage_error', `there is no role "${unknown}"`)
  const given = requireOwnRights(desk, wish.roles)
  if (before.key === desk.caller.name && (wish.isBlocked || !given.has('manage-users'))) {
    throw new TikError('not_allowed', 'you would lock yourself out', {
      hint: 'let a colleague with the right to manage users do it',
    })
  }
  const nowMs = systemClock.nowMs()
  await setAccess(desk.operations, before.key, { ...wish, nowMs })
  if (wish.isBlocked) await endAllSessions(desk.operations, before.key)
  const { roles, isBlocked } = before
  await noteOf(desk, before, 'user.access', { roles, isBlocked }, wish)
  return { ...before, ...wish }
}

/** A new link for somebody to set a password; what was made before no longer works. */
export async function inviteUser(desk: Desk, userId: string): Promise<string> {
  const person = await userWithin(desk, userId)
  const secret = await makeLink(desk.operations, person.key, 'invite', systemClock.nowMs())
  await noteOf(desk, person, 'user.invite')
  return secret
}

export interface StaffWish {
  readonly staffId: string
  /** '' for the operator's own staff. */
  readonly partnerId: string
  readonly name: string
  readonly email: string
  readonly language: Language
  readonly roles: readonly string[]
}

/** Adds one of the provider's people, or changes them. Throws `usage_error`, `not_found`. */
export async function putStaff(desk: Desk, wish: StaffWish): Promise<void> {
  requireOperator(desk.caller)
  const unknown = wish.roles.find((name) => !isRight(name) && !isRoleOf('staff', name))
  if (unknown !== undefined) {
    throw new TikError('usage_error', `there is no role "${unknown}"`, {
      hint: `there are ${[...rolesOf('staff'), ...RIGHTS].join(', ')}`,
    })
  }
  requireOwnRights(desk, wish.roles)
  const { partners } = await directoryOf(desk)
  if (wish.partnerId !== '' && !partners.has(wish.partnerId)) {
    throw new TikError('not_found', `there is no partner ${wish.partnerId}`)
  }
  await setStaff(desk.operations, wish)
  await setAccess(desk.operations, `staff:${wish.staffId}`, {
    roles: wish.roles,
    isBlocked: false,
    nowMs: systemClock.nowMs(),
  })
  const { staffId, partnerId } = wish
  const subject = `staff:${staffId}`
  await note(desk, { act: 'staff.put', subject, accountId: '', partnerId, after: wish })
}

/** A link that works once, for the operator's terminal. Throws `not_found`. */
export async function linkFor(desk: Desk, key: PersonKey, purpose: LinkPurpose): Promise<string> {
  requireOperator(desk.caller)
  const person = await personByKey(desk.operations, key)
  if (person === undefined) throw new TikError('not_found', `there is no ${key}`)
  const secret = await makeLink(desk.operations, key, purpose, systemClock.nowMs())
  await noteOf(desk, person, `link.${purpose}`)
  return secret
}

export function rolesOf(kind: 'user' | 'staff'): string[] {
  return Object.entries(ROLES).flatMap(([name, role]) => (role.of === kind ? [name] : []))
}

/** Nobody gives what they do not have. Throws `not_allowed`. */
function requireOwnRights({ caller }: Desk, roles: readonly string[]): ReadonlySet<Right> {
  const given = rightsOf(roles)
  const beyond = [...given].find((right) => !caller.rights.has(right))
  if (beyond === undefined) return given
  throw new TikError('not_allowed', `you have no right to ${beyond} yourself`)
}

function isRoleOf(kind: 'user' | 'staff', name: string): boolean {
  return isRole(name) && ROLES[name].of === kind
}

/** Throws `not_found`, also for somebody else's. */
async function userWithin(desk: Desk, userId: string): Promise<Person> {
  requireRight(desk.caller, 'manage-users')
  const person = await personByKey(desk.operations, `user:${userId}`)
  const directory = await directoryOf(desk)
  if (person === undefined) throw new TikError('not_found', `there is no user ${userId}`)
  const account = directory.accounts.get(person.accountId)
  if (account === undefined || !isWithinReach(desk.caller, account)) {
    throw new TikError('not_found', `there is no user ${userId}`)
  }
  return person
}

function noteOf(
  desk: Desk,
  { key, accountId, partnerId }: Person,
  act: string,
  before?: unknown,
  after?: unknown,
): Promise<void> {
  return note(desk, { act, subject: key, accountId, partnerId, before, after })
}
