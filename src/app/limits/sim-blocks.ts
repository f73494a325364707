/**
 * Blocking a SIM and taking it back: a person asks, the operator answers, whoever is registered gets a mail. What the
 * limits of an account ask for is among the same requests (src/alerts).
 */
import { blockFee, dropFee } from '../../alerts/blocks/block-fee.ts'
import { blockState, type BlockState } from '../../alerts/blocks/block-state.ts'
import { requestByPerson } from '../../alerts/blocks/person-request.ts'
import {
  answerRequest,
  findRequest,
  listRequests,
  type BlockAct,
  type BlockCause,
  type RequestState,
  type ServiceRequest,
} from '../../alerts/blocks/service-request.ts'
import { answeredMails } from '../../alerts/letters/answered-mail.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Micros } from '../../core/money/money.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import { asOne } from '../as-one.ts'
import { accountsWithin, accountWithin, isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { subscriptionOf } from '../directory/directory-of.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'
import { openReference } from '../rating-parts.ts'

const HISTORY_MAX = 50
const REQUESTS_MAX = 1_000

export interface SimBlock extends BlockState {
  /** What blocking it costs now, without VAT. */
  readonly feeMicros: Micros
  /** Newest first. */
  readonly history: readonly ServiceRequest[]
}

/** Of a mobile subscription. Throws `not_found`. */
export async function simBlockOf(
  desk: Desk,
  subscriptionId: string,
  clock: Clock = systemClock,
): Promise<SimBlock> {
  requireRight(desk.caller, 'see-usage')
  const subscription = await mobileOf(desk, subscriptionId)
  const { catalogue } = await openReference(desk)
  const nowMs = clock.nowMs()
  const history = await listRequests(desk.operations, { subscriptionId, limit: HISTORY_MAX })
  const feeMicros = blockFee(subscription, catalogue, nowMs)
  return { ...blockState(history, nowMs), feeMicros, history }
}

/** Of the whole account, by subscription: those of which something was asked. */
export async function blockStates(
  desk: Desk,
  accountId: string,
  clock: Clock = systemClock,
): Promise<ReadonlyMap<string, BlockState>> {
  const requests = await blockRequestsOf(desk, { accountId })
  const nowMs = clock.nowMs()
  return new Map(
    [...Map.groupBy(requests, (one) => one.subscriptionId)].map(
      ([subscriptionId, own]) => [subscriptionId, blockState(own, nowMs)] as const,
    ),
  )
}

/** What blocking each mobile subscription of an account costs now, without VAT. */
export async function simFees(
  desk: Desk,
  accountId: string,
  clock: Clock = systemClock,
): Promise<ReadonlyMap<string, Micros>> {
  requireRight(desk.caller, 'see-usage')
  const { catalogue, directory } = await openReference(desk)
  accountWithin(desk.caller, directory, accountId)
  const own = directory.subscriptions.filter(
    (one) => one.accountId === accountId && one.product === 'mobile',
  )
  return new Map(
    own.map((one) => [one.subscriptionId, blockFee(one, catalogue, clock.nowMs())] as const),
  )
}

/** Newest first. Throws `not_found` for an account beyond reach. */
export async function blockRequestsOf(
  desk: Desk,
  filter: { readonly accountId?: string | undefined; readonly state?: RequestState | undefined },
): Promise<ServiceRequest[]> {
  const { caller } = desk
  requireRight(caller, 'see-usage')
  const directory = await directoryOf(desk)
  const { accountId, state } = filter
  if (accountId !== undefined) accountWithin(caller, directory, accountId)
  const isOfAll = caller.reach.kind === 'operator'
  const all = isOfAll ? undefined : accountsWithin(caller, directory).map((one) => one.accountId)
  const accountIds = accountId === undefined ? all : [accountId]
  return listRequests(desk.operations, { accountIds, state, limit: REQUESTS_MAX })
}

export interface SimBlockWish {
  readonly act: BlockAct
  readonly cause?: Exclude<BlockCause, 'limit'> | undefined
}

/** Returns the id of the request. Throws `usage_error` where there is nothing to ask for, `not_found`. */
export async function askSimBlock(
  desk: Desk,
  subscriptionId: string,
  { act, cause = 'person' }: SimBlockWish,
  clock: Clock = systemClock,
): Promise<string> {
  requireRight(desk.caller, 'block-sims')
  const subscription = await mobileOf(desk, subscriptionId)
  const { catalogue, directory } = await openReference(desk)
  const account = accountWithin(desk.caller, directory, subscription.accountId)
  return asOne(desk, async (within) => {
    const nowMs = clock.nowMs()
    requireUseful(act, await simBlockOf(within, subscriptionId, clock), subscription, nowMs)
    const asked = { account, subscription, act, cause, askedBy: desk.caller.name }
    const requestId = await requestByPerson(within.operations, asked, { catalogue, nowMs })
    if (requestId === undefined) throw waits()
    const { accountId, partnerId } = account
    const subject = `subscription ${subscriptionId}`
    await note(within, { act: `sim.${act}`, subject, accountId, partnerId, after: { requestId } })
    return requestId
  })
}

export interface OperatorAnswer {
  readonly answer: 'confirmed' | 'refused'
  /** Why, where it was refused. */
  readonly why?: string | undefined
}

/** What the operator did. Who is registered gets a mail; a fee of what was refused falls away. */
export async function answerBlock(
  desk: Desk,
  requestId: string,
  { answer, why = '' }: OperatorAnswer,
  clock: Clock = systemClock,
): Promise<ServiceRequest> {
  requireRight(desk.caller, 'operate')
  const found = await findRequest(desk.operations, requestId)
  const directory = await directoryOf(desk)
  const account = directory.accounts.get(found?.accountId ?? '')
  if (found === undefined || account === undefined || !isWithinReach(desk.caller, account)) {
    throw new TikError('not_found', `there is no request ${requestId}`)
  }
  const subscription = await subscriptionOf(desk, found.subscriptionId)
  return asOne(desk, async (within) => {
    const sql = within.operations
    const nowMs = clock.nowMs()
    const settled = { state: answer, by: desk.caller.name, why, nowMs }
    if (!(await answerRequest(sql, requestId, settled))) {
      throw new TikError('usage_error', `${requestId} was answered already`)
    }
    const isRefusedBlock = answer === 'refused' && found.act === 'block'
    const { language, accountId, partnerId } = account
    const droppedMicros = isRefusedBlock ? await dropFee(sql, requestId, { language, nowMs }) : 0
    const request = { ...found, state: answer, answer: why, answeredMs: nowMs }
    const told = { request, subscription, droppedMicros }
    await queueMails(sql, answeredMails(told, { directory, nowMs }))
    const subject = `subscription ${found.subscriptionId}`
    const after = { requestId, why, ...(droppedMicros === 0 ? {} : { droppedMicros }) }
    const act = `sim.${found.act}.${answer}`
    await note(within, { act, subject, accountId, partnerId, after })
    return { ...request, answeredBy: desk.caller.name }
  })
}

async function mobileOf(desk: Desk, subscriptionId: string): Promise<Subscription> {
  const subscription = await subscriptionOf(desk, subscriptionId)
  if (subscription.product === 'mobile') return subscription
  throw new TikError('usage_error', `${subscriptionId} has no SIM`)
}

function requireUseful(
  act: BlockAct,
  { name }: BlockState,
  { terminatedMs, subscriptionId }: Subscription,
  nowMs: number,
): void {
  if (name === 'block-requested' || name === 'unblock-requested') throw waits()
  if (act === 'block' && name === 'blocked') {
    throw new TikError('usage_error', `the SIM of ${subscriptionId} is blocked already`)
  }
  if (act === 'unblock' && name === 'free') {
    throw new TikError('usage_error', `the SIM of ${subscriptionId} is not blocked`)
  }
  if (act === 'block' && terminatedMs <= nowMs) {
    throw new TikError('usage_error', `the subscription ${subscriptionId} has ended`)
  }
}

function waits(): TikError {
  return new TikError('usage_error', 'the operator has not answered what was asked before', {
    hint: 'wait for the answer',
  })
}
