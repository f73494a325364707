/**
 * Accounts between which usage can move when it is rated again: a subscription, or a number, of the one
 * was the other's at another time. They are rated together, so that bundles of both fill as they should.
 */
import type { Directory } from '../../core/accounts/accounts.ts'

/** Every account once, with those that it is linked with; in the order of the directory. */
export function linkedAccounts({
  accounts,
  subscriptions,
}: Pick<Directory, 'accounts' | 'subscriptions'>): string[][] {
  const leaders = new Map<string, string>()
  const leaderOf = (accountId: string): string => {
    let leader = accountId
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader))
      leader = next
    return leader
  }
  const link = (left: string, right: string): void => {
    const [one, other] = [leaderOf(left), leaderOf(right)]
    if (one !== other) leaders.set(other, one)
  }
  const holders = new Map<string, string>()
  const hold = (key: string, accountId: string): void => {
    const holder = holders.get(key)
    if (holder === undefined) holders.set(key, accountId)
    else if (holder !== accountId) link(holder, accountId)
  }
  for (const { subscriptionId, accountId, identities } of subscriptions) {
    hold(subscriptionId, accountId)
    for (const { kind, value } of identities) {
      if (kind === 'number' && value.startsWith('+')) hold(value, accountId)
    }
  }
  const groups = Map.groupBy(accounts.keys(), leaderOf)
  return [...groups.values()]
}
