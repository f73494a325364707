/**
 * Whose number, SIM or trunk it was at the moment of the usage. Numbers are ported in and move
 * between accounts, SIMs are swapped, subscriptions end at noon: the usage goes to whoever had the
 * identity then. One Map look-up on the common path of one holder.
 */
import assert from 'node:assert/strict'
import { termsAt } from '../core/time/account-calendar.ts'
import type {
  Account,
  Directory,
  HomeCountry,
  Identity,
  Subscription,
} from '../core/accounts/accounts.ts'
import type { Product } from '../core/usage/usage.ts'
import { covers, isWithin } from '../core/time/validity.ts'

/**
 * One identity that leads to one subscription for a time, with what every usage needs of both: one
 * object is one visit to memory.
 */
export interface Holding {
  readonly subscription: Subscription
  readonly subscriptionId: string
  readonly subscriptionIndex: number
  readonly accountId: string
  readonly partnerId: string
  /** Where the account changed partner: `partnerId` is that of now. */
  readonly terms: Account | undefined
  readonly product: Product
  readonly home: HomeCountry
  readonly identity: Identity
  /** E.164 number that goes with the identity all the time; '' where it takes `numberOf`. */
  readonly number: string
  /** While the subscription has the identity and is active. */
  readonly fromMs: number
  readonly toMs: number
  /** The next older holding of the same identity. */
  next: Holding | undefined
}

export interface SubscriptionIndex {
  /**
   * The holding at `atMs`. When nobody active has the identity then, one whose subscription was not
   * active at that moment (see `isActive`), or undefined when nobody ever had it then.
   */
  find(kind: Identity['kind'], value: string, atMs: number): Holding | undefined
  /** Extensions are numbers within one account. */
  findExtension(accountId: string, extension: string, atMs: number): Holding | undefined
  /** The number that a subscription is known by at `atMs`: its first E.164 number, else extension. */
  numberOf(subscription: Subscription, atMs: number): string
  hasAccount(accountId: string): boolean
}

/** Was the subscription active, and the identity its own, at `atMs`? */
export function isActive(holding: Holding, atMs: number): boolean {
  return isWithin(atMs, holding.fromMs, holding.toMs)
}

/** The partner under whom the account was at `atMs`. */
export function partnerAt({ terms, partnerId }: Holding, atMs: number): string {
  return terms === undefined ? partnerId : termsAt(terms, atMs).partnerId
}

/** Compiles the directory's identities. The directory must not change afterwards. */
export function createSubscriptionIndex(directory: Directory): SubscriptionIndex {
  const byKind: Record<Identity['kind'], Map<string, Holding>> = {
    number: new Map(),
    imsi: new Map(),
    iccid: new Map(),
    trunk: new Map(),
  }
  const extensions = new Map<string, Map<string, Holding>>()
  for (const accountId of directory.accounts.keys()) extensions.set(accountId, new Map())
  for (const subscription of directory.subscriptions) {
    const account = directory.accounts.get(subscription.accountId)
    assert(account !== undefined, `subscription ${subscription.subscriptionId} has an account`)
    for (const identity of subscription.identities) {
      const holdings = isExtension(identity)
        ? extensions.get(subscription.accountId)
        : byKind[identity.kind]
      assert(holdings !== undefined)
      addHolding(holdings, identity.value, holdingOf(subscription, identity, account))
    }
  }

  return {
    find: (kind, value, atMs) => holdingAt(byKind[kind].get(value), atMs),
    findExtension: (accountId, extension, atMs) =>
      holdingAt(extensions.get(accountId)?.get(extension), atMs),
    numberOf,
    hasAccount: (accountId) => extensions.has(accountId),
  }
}

function holdingAt(newest: Holding | undefined, atMs: number): Holding | undefined {
  if (newest === undefined || isActive(newest, atMs)) return newest
  for (let older = newest.next; older !== undefined; older = older.next) {
    if (isActive(older, atMs)) return older
  }
  for (let any: Holding | undefined = newest; any !== undefined; any = any.next) {
    if (isCutByActivation(any, atMs)) return any
  }
  return undefined
}

/** It is the activation or termination, not the loss of the number, that excludes `atMs`. */
function isCutByActivation({ subscription, identity }: Holding, atMs: number): boolean {
  const { activatedMs, terminatedMs } = subscription
  if (atMs < activatedMs) return identity.fromMs <= activatedMs
  return atMs >= terminatedMs && identity.toMs >= terminatedMs
}

function holdingOf(subscription: Subscription, identity: Identity, account: Account): Holding {
  return {
    subscription,
    subscriptionId: subscription.subscriptionId,
    subscriptionIndex: subscription.index,
    accountId: subscription.accountId,
    partnerId: account.partnerId,
    terms: account.earlierTerms.length === 0 ? undefined : account,
    product: subscription.product,
    home: account.country,
    identity,
    number: lastingNumber(subscription, identity),
    fromMs: Math.max(identity.fromMs, subscription.activatedMs),
    toMs: Math.min(identity.toMs, subscription.terminatedMs),
    next: undefined,
  }
}

function lastingNumber(subscription: Subscription, identity: Identity): string {
  if (isE164(identity)) return identity.value
  const numbers = subscription.identities.filter(isE164)
  const [only] = numbers
  const isLasting =
    only !== undefined && numbers.length === 1 && outlasts(only, identity, subscription)
  return isLasting ? only.value : ''
}

function outlasts(number: Identity, identity: Identity, subscription: Subscription): boolean {
  return covers(number, {
    fromMs: Math.max(identity.fromMs, subscription.activatedMs),
    toMs: Math.min(identity.toMs, subscription.terminatedMs),
  })
}

/** Keeps the newest first: most usage is of now, and where two overlap the later one is right. */
function addHolding(holdings: Map<string, Holding>, key: string, added: Holding): void {
  let newer: Holding | undefined
  let older = holdings.get(key)
  while (older !== undefined && older.fromMs > added.fromMs) {
    newer = older
    older = older.next
  }
  added.next = older
  if (newer === undefined) holdings.set(key, added)
  else newer.next = added
}

function numberOf(subscription: Subscription, atMs: number): string {
  let extension = ''
  for (const identity of subscription.identities) {
    if (identity.kind !== 'number' || !isWithin(atMs, identity.fromMs, identity.toMs)) continue
    if (isE164(identity)) return identity.value
    if (extension === '') extension = identity.value
  }
  return extension
}

function isExtension(identity: Identity): boolean {
  return identity.kind === 'number' && !identity.value.startsWith('+')
}

function isE164(identity: Identity): boolean {
  return identity.kind === 'number' && identity.value.startsWith('+')
}
