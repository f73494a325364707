/**
 * Where a subscription stands in a directory, for one account at a moment: one that moved stands there
 * once for each account that held it. A Map look-up for all that never moved.
 */
import type { Directory, Subscription } from './accounts.ts'
import { isWithin } from '../time/validity.ts'

export interface SubscriptionPlaces {
  /** -1 where the account never had it. A moment at which it did not is answered by its last time there. */
  indexOf(subscriptionId: string, accountId: string, atMs: number): number
  /** Whoever had it then; -1 when nobody did, or it was not active. */
  indexAt(subscriptionId: string, atMs: number): number
  has(subscriptionId: string): boolean
}

/** A directory never changes: several users of one share its places. */
const placesByDirectory = new WeakMap<object, SubscriptionPlaces>()

export function subscriptionPlaces({
  subscriptions,
}: Pick<Directory, 'subscriptions'>): SubscriptionPlaces {
  const known = placesByDirectory.get(subscriptions)
  if (known !== undefined) return known
  const created = createPlaces(subscriptions)
  placesByDirectory.set(subscriptions, created)
  return created
}

function createPlaces(subscriptions: readonly Subscription[]): SubscriptionPlaces {
  const last = new Map<string, number>()
  /** Of those that stand there more than once, all places. */
  const several = new Map<string, number[]>()
  for (const [index, { subscriptionId }] of subscriptions.entries()) {
    const before = last.get(subscriptionId)
    if (before !== undefined) {
      const places = several.get(subscriptionId)
      if (places === undefined) several.set(subscriptionId, [before, index])
      else places.push(index)
    }
    last.set(subscriptionId, index)
  }
  const placesOf = (subscriptionId: string): readonly number[] => {
    const place = last.get(subscriptionId)
    return several.get(subscriptionId) ?? (place === undefined ? [] : [place])
  }
  const isActiveAt = (index: number, atMs: number): boolean => {
    const found = subscriptions[index]
    return found !== undefined && isWithin(atMs, found.activatedMs, found.terminatedMs)
  }
  return {
    has: (subscriptionId) => last.has(subscriptionId),
    indexOf(subscriptionId, accountId, atMs) {
      const place = last.get(subscriptionId) ?? -1
      if (place === -1) return -1
      if (!several.has(subscriptionId)) {
        return subscriptions[place]?.accountId === accountId ? place : -1
      }
      const own = placesOf(subscriptionId).filter(
        (index) => subscriptions[index]?.accountId === accountId,
      )
      return own.find((index) => isActiveAt(index, atMs)) ?? own.at(-1) ?? -1
    },
    indexAt: (subscriptionId, atMs) =>
      placesOf(subscriptionId).find((index) => isActiveAt(index, atMs)) ?? -1,
  }
}
