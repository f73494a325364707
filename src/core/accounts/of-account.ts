/** What of a directory is an account's, found once for all of them: asking for each must not look through all. */
import type { Directory, Group, Subscription } from './accounts.ts'

export function subscriptionsOf(
  { subscriptions }: Pick<Directory, 'subscriptions'>,
  accountId: string,
): readonly Subscription[] {
  let known = subscriptionsByAccount.get(subscriptions)
  if (known === undefined) {
    known = Map.groupBy(subscriptions, (each) => each.accountId)
    subscriptionsByAccount.set(subscriptions, known)
  }
  return known.get(accountId) ?? []
}

export function groupsOf(
  { groups }: Pick<Directory, 'groups'>,
  accountId: string,
): readonly Group[] {
  let known = groupsByAccount.get(groups)
  if (known === undefined) {
    known = Map.groupBy(groups.values(), (each) => each.accountId)
    groupsByAccount.set(groups, known)
  }
  return known.get(accountId) ?? []
}

/** A directory never changes; what is found of it goes with it. */
const subscriptionsByAccount = new WeakMap<
  readonly Subscription[],
  ReadonlyMap<string, readonly Subscription[]>
>()
const groupsByAccount = new WeakMap<
  ReadonlyMap<string, Group>,
  ReadonlyMap<string, readonly Group[]>
>()
