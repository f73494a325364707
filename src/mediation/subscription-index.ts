/**
 * Whose number, SIM or trunk it was at the moment of the usage. Numbers are ported in and move
 * between accounts, SIMs are swapped, subscriptions end at noon: the usage goes to whoever had the
 * identity then. One Map look-up on the common path of one holder.
 */
import type { Directory, Identity, Subscription } from '../core/accounts.ts'

/** One identity that leads to one subscription for a time. */
export interface Holding {
  readonly subscription: Subscription
  readonly partnerId: string
  readonly identity: Identity
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
  return atMs >= holding.fromMs && atMs < holding.toMs
}

/** Compiles the directory's identities. The directory must not change afterwards. */
export function createSubscriptionIndex(directory: Directory): SubscriptionIndex {
  const byKind: Record<Identity['kind'], Map<string, Holding>> = {
    number: new Map(),
    imsi: new Map(),
    iccid: new Map(),
    trunk: new Map(),
  }
  for (const subscription of directory.subscriptions) {
    const partnerId = directory.accounts.get(subscription.accountId)?.partnerId ?? ''
    for (const identity of subscription.identities) {
      const key = isExtension(identity)
        ? extensionKey(subscription.accountId, identity.value)
        : identity.value
      addHolding(byKind[identity.kind], key, holdingOf(subscription, identity, partnerId))
    }
  }

  return {
    find: (kind, value, atMs) => holdingAt(byKind[kind].get(value), atMs),
    findExtension: (accountId, extension, atMs) =>
      holdingAt(byKind.number.get(extensionKey(accountId, extension)), atMs),
    numberOf,
    hasAccount: (accountId) => directory.accounts.has(accountId),
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

function holdingOf(subscription: Subscription, identity: Identity, partnerId: string): Holding {
  return {
    subscription,
    partnerId,
    identity,
    fromMs: Math.max(identity.fromMs, subscription.activatedMs),
    toMs: Math.min(identity.toMs, subscription.terminatedMs),
    next: undefined,
  }
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
    if (identity.kind !== 'number' || atMs < identity.fromMs || atMs >= identity.toMs) continue
    if (!isExtension(identity)) return identity.value
    if (extension === '') extension = identity.value
  }
  return extension
}

function isExtension(identity: Identity): boolean {
  return identity.kind === 'number' && !identity.value.startsWith('+')
}

function extensionKey(accountId: string, extension: string): string {
  return `${accountId}|${extension}`
}
