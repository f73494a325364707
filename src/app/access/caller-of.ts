/** From what somebody shows at a door to the caller that every use case takes. */
import type { Door } from '../../audit/audit-log.ts'
import { systemClock } from '../../core/time/clock.ts'
import { clientOfKey, clientOfToken, type ApiClient } from '../../identity/api-clients.ts'
import { personByKey, type Person } from '../../identity/person.ts'
import { rightsOf } from '../../identity/rights.ts'
import { sessionOf } from '../../identity/sessions.ts'
import { lacksSecondFactor } from '../../identity/sign-in-rules.ts'
import type { Caller } from '../caller.ts'
import type { Stores } from '../stores.ts'

export interface Entrance {
  readonly door: Door
  readonly address: string
  readonly requestId: string
}

/** Of a bearer key or token; undefined when it is none that can be used now. */
export async function callerOfBearer(
  { operations }: Pick<Stores, 'operations'>,
  bearer: string,
  entrance: Entrance,
): Promise<Caller | undefined> {
  const nowMs = systemClock.nowMs()
  const client = bearer.startsWith('tik_token_')
    ? await clientOfToken(operations, bearer, nowMs)
    : await clientOfKey(operations, bearer, nowMs)
  return client === undefined ? undefined : callerOfClient(client, entrance)
}

export interface SignedIn {
  readonly caller: Caller
  readonly person: Person
  readonly sessionId: string
}

/**
 * Of a session's secret; undefined when it is over or its person is blocked or gone. Who lacks a second
 * factor that is asked of them has no rights until they have set one up.
 */
export async function callerOfSession(
  { operations }: Pick<Stores, 'operations'>,
  secret: string,
  entrance: Entrance,
): Promise<SignedIn | undefined> {
  const session = await sessionOf(operations, secret, systemClock.nowMs())
  if (session === undefined) return undefined
  const person = await personByKey(operations, session.person)
  if (person === undefined || person.isBlocked) return undefined
  const caller = callerOfPerson(person, entrance)
  const isShut = await lacksSecondFactor(operations, person)
  const { sessionId } = session
  return { caller: isShut ? { ...caller, rights: new Set() } : caller, person, sessionId }
}

export function callerOfPerson(person: Person, from: Entrance): Caller {
  const rights = rightsOf(person.roles)
  return { name: person.key, rights, from, reach: reachOfPerson(person) }
}

/** A user sees the one account, and not what is below it; staff of a partner what is that partner's. */
function reachOfPerson({ accountId, partnerId }: Person): Caller['reach'] {
  if (accountId !== '') return { kind: 'accounts', accountIds: [accountId] }
  return partnerId === '' ? { kind: 'operator' } : { kind: 'partner', partnerId }
}

function callerOfClient(
  { clientId, rights, reachKind, reachId }: ApiClient,
  from: Entrance,
): Caller {
  const reach: Caller['reach'] =
    reachKind === 'account'
      ? { kind: 'accounts', accountIds: [reachId] }
      : reachKind === 'partner'
        ? { kind: 'partner', partnerId: reachId }
        : { kind: 'operator' }
  return { name: `client:${clientId}`, rights: new Set(rights), reach, from }
}
