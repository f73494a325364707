/**
 * A subscription as each account held it. One that moved to another account is stored once, with who
 * had it before; for everybody who looks things up it is two, each of its time: what is used, owed or
 * counted belongs to the account that had it then.
 */
import type { Directory, Subscription } from './accounts.ts'
import { overlap, type Validity } from '../time/validity.ts'

/** The directory with one subscription for each account that held it. */
export function asHeld(directory: Directory): Directory {
  const { subscriptions } = directory
  if (!subscriptions.some(hasMoved)) return directory
  const held = subscriptions.flatMap((whole) => heldParts(whole, directory))
  return { ...directory, subscriptions: held.map((each, index) => ({ ...each, index })) }
}

/** Whose a stored subscription was from when to when, while it was active. */
export function holdersOf(whole: Subscription): (Validity & { readonly accountId: string })[] {
  const life = { fromMs: whole.activatedMs, toMs: whole.terminatedMs }
  const ends = [
    ...(whole.earlierAccounts ?? []),
    { accountId: whole.accountId, toMs: Number.POSITIVE_INFINITY },
  ]
  return ends.flatMap(({ accountId, toMs }, at) => {
    const held = overlap({ fromMs: ends[at - 1]?.toMs ?? -Infinity, toMs }, life)
    return held === undefined ? [] : [{ accountId, ...held }]
  })
}

function hasMoved({ earlierAccounts = [] }: Subscription): boolean {
  return earlierAccounts.length > 0
}

function heldParts(
  whole: Subscription,
  { groups, billTos }: Pick<Directory, 'groups' | 'billTos'>,
): Subscription[] {
  const { earlierAccounts: _earlier, ...subscription } = whole
  if (!hasMoved(whole)) return [subscription]
  const holders = holdersOf(whole)
  if (holders.length === 0) return [subscription]
  return holders.map(({ accountId, ...held }, at) => ({
    ...subscription,
    accountId,
    takenOver: { came: at > 0, went: at < holders.length - 1 },
    activatedMs: held.fromMs,
    terminatedMs: held.toMs,
    identities: within(subscription.identities, held),
    plans: within(subscription.plans, held),
    modules: within(subscription.modules, held),
    groups: within(subscription.groups, held).filter(
      ({ groupId }) => groups.get(groupId)?.accountId === accountId,
    ),
    ...(subscription.billTos === undefined
      ? {}
      : {
          billTos: within(subscription.billTos, held).filter(
            ({ billToId }) => billTos?.get(billToId)?.accountId === accountId,
          ),
        }),
  }))
}

function within<One extends Validity>(ones: readonly One[], held: Validity): One[] {
  return ones.flatMap((one) => {
    const part = overlap(one, held)
    return part === undefined ? [] : [{ ...one, ...part }]
  })
}
