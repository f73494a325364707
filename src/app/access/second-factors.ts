/** One's own second factor, taking a colleague's away, and whether everybody needs one. */
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { personByKey, type Person, type PersonKey } from '../../identity/person.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  hasSecondFactor,
  recoveryCodesLeft,
  removeSecondFactor,
  useSecondFactor,
  type FactorToConfirm,
} from '../../identity/second-factor.ts'
import { needsSecondFactor, ruledBy, setNeedsSecondFactor } from '../../identity/sign-in-rules.ts'
import { accountWithin, requireOperator, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'
import { personOf } from './people.ts'
import { personKeyOf } from './sign-in.ts'

export interface OwnFactor {
  readonly isOn: boolean
  /** The account, or whose staff one is, asks for it: without it one may do nothing else. */
  readonly isNeeded: boolean
  readonly recoveryCodesLeft: number
}

export async function ownSecondFactor(desk: Desk): Promise<OwnFactor> {
  const me = await self(desk)
  return {
    isOn: await hasSecondFactor(desk.operations, me.key),
    isNeeded: await needsSecondFactor(desk.operations, ruledBy(me)),
    recoveryCodesLeft: await recoveryCodesLeft(desk.operations, me.key),
  }
}

/** What the app needs to know. Throws `not_allowed` while one is on: take it away first. */
export async function beginOwnFactor(desk: Desk): Promise<FactorToConfirm> {
  const begun = await beginSecondFactor(desk.operations, await self(desk))
  if (begun !== undefined) return begun
  throw new TikError('not_allowed', 'there is a second factor already', {
    hint: 'take it away with one of its codes, then begin anew',
  })
}

/** From now on it is asked for. Returns the recovery codes, told once. Throws `not_allowed`. */
export async function confirmOwnFactor(desk: Desk, code: string): Promise<string[]> {
  const me = await self(desk)
  const codes = await confirmSecondFactor(desk.operations, me.key, code, systemClock.nowMs())
  if (codes === undefined) throw wrongCode()
  await noteOf(desk, me, 'second-factor.on')
  return codes
}

/** Throws `not_allowed` for a wrong code, or where everybody needs one. */
export async function removeOwnFactor(desk: Desk, code: string): Promise<void> {
  const me = await self(desk)
  if (await needsSecondFactor(desk.operations, ruledBy(me))) {
    throw new TikError('not_allowed', 'everybody here needs a second factor', {
      hint: 'with a new phone: let a colleague who manages users take it away, and set it up again',
    })
  }
  if (!(await useSecondFactor(desk.operations, me.key, code, systemClock.nowMs())))
    throw wrongCode()
  await removeSecondFactor(desk.operations, me.key)
  await noteOf(desk, me, 'second-factor.off')
}

/** Of a colleague whose phone is lost. Throws `not_found`, also when there was none. */
export async function resetFactorOfUser(desk: Desk, userId: string): Promise<void> {
  await reset(desk, await personOf(desk, userId))
}

/** Of one of the staff, at the operator's terminal. Throws `not_found`. */
export async function resetFactorOfStaff(desk: Desk, staffId: string): Promise<void> {
  requireOperator(desk.caller)
  const person = await personByKey(desk.operations, `staff:${staffId}`)
  if (person === undefined) throw new TikError('not_found', `there is no staff ${staffId}`)
  await reset(desk, person)
}

/** Whether every user of the account needs a second factor. Throws `not_found`. */
export async function signInRulesOf(desk: Desk, accountId: string): Promise<boolean> {
  requireRight(desk.caller, 'manage-users')
  accountWithin(desk.caller, await directoryOf(desk), accountId)
  return needsSecondFactor(desk.operations, { kind: 'account', id: accountId })
}

/** From their next request on; who has none can only set one up. Throws `not_found`. */
export async function setSignInRules(
  desk: Desk,
  accountId: string,
  isNeeded: boolean,
): Promise<boolean> {
  const before = await signInRulesOf(desk, accountId)
  await setNeedsSecondFactor(desk.operations, { kind: 'account', id: accountId }, isNeeded)
  await note(desk, {
    act: 'sign-in-rules.set',
    subject: `account ${accountId}`,
    accountId,
    partnerId: '',
    before: { needsSecondFactor: before },
    after: { needsSecondFactor: isNeeded },
  })
  return isNeeded
}

/** The same for the operator's own staff, or that of a partner. */
export async function setStaffRules(
  desk: Desk,
  partnerId: string,
  isNeeded: boolean,
): Promise<void> {
  requireOperator(desk.caller)
  if (partnerId !== '' && !(await directoryOf(desk)).partners.has(partnerId)) {
    throw new TikError('not_found', `there is no partner ${partnerId}`)
  }
  const ruled = ruledBy({ accountId: '', partnerId })
  await setNeedsSecondFactor(desk.operations, ruled, isNeeded)
  await note(desk, {
    act: 'sign-in-rules.set',
    subject: partnerId === '' ? 'staff of the operator' : `staff of partner ${partnerId}`,
    accountId: '',
    partnerId,
    after: { needsSecondFactor: isNeeded },
  })
}

async function reset(desk: Desk, person: Person): Promise<void> {
  if (!(await removeSecondFactor(desk.operations, person.key))) {
    throw new TikError('not_found', `${person.key} has no second factor`)
  }
  await noteOf(desk, person, 'second-factor.reset')
}

/** Throws `not_found` for a program: it has a key. */
async function self(desk: Desk): Promise<Person> {
  const key: PersonKey = personKeyOf(desk.caller.name)
  const person = await personByKey(desk.operations, key)
  if (person === undefined) throw new TikError('not_found', `there is no ${key}`)
  return person
}

function wrongCode(): TikError {
  return new TikError('not_allowed', 'this code is not right, or was used before', {
    hint: 'give the code that the app shows now',
  })
}

function noteOf(desk: Desk, { key, accountId, partnerId }: Person, act: string): Promise<void> {
  return note(desk, { act, subject: key, accountId, partnerId })
}
