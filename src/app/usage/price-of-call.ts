/**
 * What a call or a message would cost: it goes the way of every usage, through mediation and the rater with
 * what is left of the bundles, and leaves nothing behind.
 */
import assert from 'node:assert/strict'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Account, Directory, Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { holdsAt } from '../../core/time/validity.ts'
import type { Cdr, Usage } from '../../core/usage/usage.ts'
import { defaultSource } from '../../ingest/sources.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { createMediator } from '../../mediation/mediate.ts'
import { createRater } from '../../rating/create-rater.ts'
import type { BalanceRequest, BalanceTotals, Explanation } from '../../rating/rater.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'
import { stepsFor } from './steps-for.ts'

export interface PriceQuestion {
  readonly accountId: string
  /** As it would be dialled, or in international form. */
  readonly number: string
  readonly kind: 'voice' | 'sms'
  readonly atMs: number
  /** Of a call; a message is one. */
  readonly durationSeconds: number
  /** Who calls; the first active subscription of the account that has a number where it is left out. */
  readonly subscriptionId?: string | undefined
}

export interface PriceAnswer {
  readonly subscriptionId: string
  /** The other party in international form, or a short code. */
  readonly number: string
  readonly destination: string
  readonly callType: string
  /** '' for what can be priced; why not, where it would be rejected. */
  readonly reason: string
  /** With what is left of the bundles. */
  readonly now: Price
  /** As if no bundle were left; undefined where none is touched. */
  readonly outOfBundle: Price | undefined
}

export interface Price {
  readonly chargeMicros: Micros
  readonly informationChargeMicros: Micros
  readonly steps: Explanation['steps']
}

/** Without VAT. Throws `not_found` for an account or subscription beyond reach. */
export async function priceOfCall(desk: Desk, question: PriceQuestion): Promise<PriceAnswer> {
  requireRight(desk.caller, 'see-usage')
  const { catalogue, directory } = await openReference(desk)
  const account = accountWithin(desk.caller, directory, question.accountId)
  const subscription = callerOf(directory, question)
  const usage = usageOf({ catalogue, directory, account, subscription }, question)
  const { number, destination, callType } = partyOf(usage)
  const answer = { subscriptionId: subscription.subscriptionId, number, destination, callType }
  const refused = usage.rejectReason || usage.unbillableReason
  if (refused !== '') {
    const steps = [{ rule: refused, text: usage.detail }]
    const now = { chargeMicros: ZERO_MICROS, informationChargeMicros: ZERO_MICROS, steps }
    return { ...answer, reason: refused, now, outOfBundle: undefined }
  }
  const ledger = createClickHouseLedger(desk.clickhouse)
  const balancesOf = (requests: BalanceRequest[]) => ledger.balances(requests)
  const now = await priced(usage, { catalogue, directory }, balancesOf)
  const bare = { catalogue: withoutAllowances(catalogue), directory: withoutGroups(directory) }
  const outOfBundle = now.takesCount === 0 ? undefined : await priced(usage, bare, balancesOf)
  const shown = (price: Price) => ({ ...price, steps: stepsFor(desk.caller, price.steps) })
  return {
    ...answer,
    reason: now.reason,
    now: shown(now.price),
    outOfBundle: outOfBundle === undefined ? undefined : shown(outOfBundle.price),
  }
}

/** Who calls, as the question names them. */
function callerOf(directory: Directory, question: PriceQuestion): Subscription {
  const { accountId, subscriptionId, atMs } = question
  const own = directory.subscriptions.filter((each) => each.accountId === accountId)
  const named = own.filter((each) => each.subscriptionId === subscriptionId)
  const able = (subscriptionId === undefined ? own : named).filter((each) =>
    isReachable(each, atMs),
  )
  const [subscription] = able.toSorted((left, right) =>
    left.subscriptionId < right.subscriptionId ? -1 : 1,
  )
  if (subscription !== undefined) return subscription
  if (subscriptionId !== undefined && named.length === 0) {
    throw new TikError('not_found', `${accountId} has no subscription ${subscriptionId}`)
  }
  throw new TikError('not_found', `${accountId} has no subscription with a number at that moment`, {
    hint: 'ask with --at for another moment, or name a subscription that is active then',
  })
}

function isReachable(subscription: Subscription, atMs: number): boolean {
  const { activatedMs: fromMs, terminatedMs: toMs } = subscription
  return (
    holdsAt({ fromMs, toMs }, atMs) && subscription.identities.some((each) => holdsAt(each, atMs))
  )
}

interface Caller {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly account: Account
  readonly subscription: Subscription
}

function usageOf(
  { catalogue, directory, account, subscription }: Caller,
  { number, kind, atMs, durationSeconds }: PriceQuestion,
): Usage {
  const valueOf = (wanted: string) =>
    subscription.identities.find((each) => each.kind === wanted && holdsAt(each, atMs))?.value ?? ''
  const served = valueOf('number')
  const cdr: Cdr = {
    status: 'cdr',
    raw: '',
    recordKey: 'price',
    kind,
    direction: 'out',
    servedNumber: served,
    imsi: served === '' ? valueOf('imsi') : '',
    iccid: served === '' ? valueOf('iccid') : '',
    trunk: served === '' ? valueOf('trunk') : '',
    sender: served,
    receiver: number,
    startMs: atMs,
    durationSeconds: kind === 'voice' ? durationSeconds : 0,
    volumeUpBytes: 0,
    volumeDownBytes: 0,
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
  }
  const source = {
    ...defaultSource('usage'),
    product: subscription.product,
    homeCountry: account.country,
    timeZone: account.timeZone,
    account: account.accountId,
    extensionDigits: subscription.product === 'mobile' ? { min: 0, max: 0 } : { min: 2, max: 5 },
  }
  return createMediator({ source, catalogue, directory }).mediate(cdr, 'price', 0)
}

function partyOf({ receiver, destination, callType }: Usage) {
  return { number: receiver, destination, callType }
}

/** Balances are restored as for every batch; explaining adds nothing to them. */
async function priced(
  usage: Usage,
  reference: { readonly catalogue: Catalogue; readonly directory: Directory },
  balancesOf: (requests: BalanceRequest[]) => Promise<readonly BalanceTotals[]>,
): Promise<{ price: Price; reason: string; takesCount: number }> {
  const rater = createRater(reference)
  const requests = rater.missingBalances([usage])
  const totals = await balancesOf(requests)
  for (const [index, request] of requests.entries()) {
    const total = totals[index]
    assert(total !== undefined, 'the ledger answers every request for balances')
    rater.restore(request, total)
  }
  const { result, steps } = rater.explain(usage, usage.startMs)
  const { chargeMicros, informationChargeMicros, reason, takeKeys } = result
  return {
    price: { chargeMicros, informationChargeMicros, steps },
    reason,
    takesCount: takeKeys.length,
  }
}

/** The same prices without anything included. */
function withoutAllowances(catalogue: Catalogue): Catalogue {
  const { plans, modules } = catalogue
  return { ...catalogue, plans: withNoneIncluded(plans), modules: withNoneIncluded(modules) }
}

function withNoneIncluded<Offer extends { readonly allowanceIds: readonly string[] }>(
  offers: ReadonlyMap<string, Offer>,
): ReadonlyMap<string, Offer> {
  return new Map([...offers].map(([id, offer]) => [id, { ...offer, allowanceIds: [] }] as const))
}

function withoutGroups(directory: Directory): Directory {
  const groups = [...directory.groups].map(
    ([id, group]) => [id, { ...group, allowanceIds: [] }] as const,
  )
  return { ...directory, groups: new Map(groups) }
}
