/** Clients of the API: a program gets no more rights, and reaches no more, than who made it. */
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { directoryOf } from '../known-directory.ts'
import {
  addApiClient,
  findApiClient,
  listApiClients,
  revokeApiClient,
  type ApiClient,
} from '../../identity/api-clients.ts'
import type { Right } from '../../identity/rights.ts'
import { accountWithin, requireOperator, requireRight, type Caller } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'

export type ClientReach = Pick<ApiClient, 'reachKind' | 'reachId'>

export interface ClientWish extends ClientReach {
  readonly name: string
  readonly rights: readonly Right[]
  readonly expiresMs: number | undefined
}

export async function apiClientsOf(desk: Desk, of: ClientReach): Promise<ApiClient[]> {
  await requireOwner(desk, of)
  return listApiClients(desk.operations, of)
}

/** `secret` is told this once. Throws `not_allowed` for rights that the caller has not. */
export async function createApiClient(
  desk: Desk,
  wish: ClientWish,
): Promise<{ client: ApiClient; secret: string }> {
  await requireOwner(desk, wish)
  const beyond = wish.rights.find((right) => !desk.caller.rights.has(right))
  if (beyond !== undefined)
    throw new TikError('not_allowed', `you have no right to ${beyond} yourself`)
  const by = { createdBy: desk.caller.name, nowMs: systemClock.nowMs() }
  const made = await addApiClient(desk.operations, wish, by)
  await noteOf(desk, made.client, 'client.create')
  return made
}

/** Throws `not_found`, also for somebody else's. */
export async function endApiClient(desk: Desk, clientId: string): Promise<void> {
  requireRight(desk.caller, 'manage-users')
  const client = await findApiClient(desk.operations, clientId)
  if (client === undefined || !(await isOwner(desk, client))) {
    throw new TikError('not_found', `there is no client ${clientId}`)
  }
  await revokeApiClient(desk.operations, clientId, systemClock.nowMs())
  await noteOf(desk, client, 'client.revoke')
}

async function isOwner(desk: Desk, of: ClientReach): Promise<boolean> {
  try {
    await requireOwner(desk, of)
    return true
  } catch (error) {
    if (error instanceof TikError) return false
    throw error
  }
}

/** Throws `not_found` or `not_allowed`. */
async function requireOwner(desk: Desk, { reachKind, reachId }: ClientReach): Promise<void> {
  requireRight(desk.caller, 'manage-users')
  if (reachKind === 'operator') return requireOperator(desk.caller)
  if (reachKind === 'account') {
    accountWithin(desk.caller, await directoryOf(desk), reachId)
    return
  }
  if (!isPartnerWithin(desk.caller, reachId)) {
    throw new TikError('not_found', `there is no partner ${reachId}`)
  }
}

function isPartnerWithin({ reach }: Caller, partnerId: string): boolean {
  return reach.kind === 'operator' || (reach.kind === 'partner' && reach.partnerId === partnerId)
}

function noteOf(desk: Desk, client: ApiClient, act: string): Promise<void> {
  const { clientId, name, reachKind, reachId, rights } = client
  return note(desk, {
    act,
    subject: `client:${clientId}`,
    accountId: reachKind === 'account' ? reachId : '',
    partnerId: reachKind === 'partner' ? reachId : '',
    after: { name, reachKind, reachId, rights },
  })
}
