/**
 * What one rater holds: the compiled catalogue and directory, and the balances of the accounts that
 * were seen. Accounts and subscriptions are compiled when their first usage comes.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory, Subscription } from '../../core/accounts/accounts.ts'
import { subscriptionPlaces } from '../../core/accounts/subscription-places.ts'
import { createAccountState, type AccountState } from './account-state.ts'
import { createLimitSettings, type LimitSettings } from '../limit/limit-settings.ts'
import { createOfferBook, type CompiledAllowance } from './offer.ts'
import type { RatesById } from './balance.ts'
import type { Lane } from './lane.ts'
import { createLaneIndex, type LaneIndex } from './lane-index.ts'
import { createPricings, type Pricings } from '../price/pricing.ts'
import { createSessionTable, type SessionTable } from '../session/session-table.ts'
import type { StrayedUnits } from '../session/strayed-units.ts'
import { createSums } from './sums.ts'
import type { StandingSources, SubscriptionState } from './standing.ts'

export interface RatingState extends StandingSources {
  readonly directory: Directory
  readonly ratesById: RatesById
  readonly allowancesById: ReadonlyMap<string, readonly CompiledAllowance[]>
  readonly limits: LimitSettings
  readonly pricings: Pricings
  readonly laneIndex: LaneIndex
  /** By the number in their records; undefined once they are forgotten. Made as usages come. */
  readonly lanes: (Lane | undefined)[]
  readonly sessions: SessionTable
  readonly strayed: StrayedUnits
  /** Undefined when the directory has no such subscription, or no account for it. */
  subscriptionAt(index: number): SubscriptionState | undefined
  subscriptionsOf(accountId: string): readonly Subscription[]
  /** Of the account; where it came back to one, as it was then. */
  subscriptionOf(
    accountId: string,
    subscriptionId: string,
    atMs: number,
  ): SubscriptionState | undefined
  accountById(accountId: string): AccountState | undefined
}

const NONE: readonly never[] = []

export function createRatingState(catalogue: Catalogue, directory: Directory): RatingState {
  const book = createOfferBook(catalogue)
  const { members, owned } = indexesOf(directory)
  const places = subscriptionPlaces(directory)
  const accounts = new Map<string, AccountState>()
  const subscriptions = slots<SubscriptionState>(directory)

  function accountById(accountId: string): AccountState | undefined {
    const known = accounts.get(accountId)
    if (known !== undefined) return known
    const account = directory.accounts.get(accountId)
    if (account === undefined) return undefined
    const created = createAccountState(account)
    accounts.set(accountId, created)
    return created
  }

  function subscriptionAt(index: number): SubscriptionState | undefined {
    const known = subscriptions[index]
    if (known !== undefined) return known
    const subscription = directory.subscriptions[index]
    const account = subscription === undefined ? undefined : accountById(subscription.accountId)
    if (subscription === undefined || account === undefined) return undefined
    return (subscriptions[index] = { subscription, account, standings: NONE })
  }

  return {
    catalogue,
    directory,
    book,
    ratesById: book.ratesById,
    allowancesById: book.allowancesById,
    groups: directory.groups,
    membersOf: (groupId) => members.get(groupId) ?? [],
    sums: createSums(),
    pricings: createPricings(catalogue),
    laneIndex: createLaneIndex(directory.subscriptions.length),
    lanes: [],
    sessions: createSessionTable(),
    strayed: new Map(),
    limits: createLimitSettings(directory.limits),
    subscriptionAt,
    subscriptionsOf: (accountId) => owned.get(accountId) ?? [],
    subscriptionOf: (accountId, subscriptionId, atMs) =>
      subscriptionAt(places.indexOf(subscriptionId, accountId, atMs)),
    accountById,
  }
}

/** A place for each subscription, reserved at once: an array with holes would be slow. */
function slots<Content>(directory: Directory): (Content | undefined)[] {
  return Array.from<Content | undefined>({ length: directory.subscriptions.length })
}

interface DirectoryIndexes {
  readonly members: ReadonlyMap<string, Subscription[]>
  readonly owned: ReadonlyMap<string, Subscription[]>
}

/** A directory never changes, and a worker makes several raters of one: its indexes are shared. */
const indexesByDirectory = new WeakMap<Directory, DirectoryIndexes>()

function indexesOf(directory: Directory): DirectoryIndexes {
  const known = indexesByDirectory.get(directory)
  if (known !== undefined) return known
  const indexes: DirectoryIndexes = {
    members: subscriptionsBy(directory, (each) => each.groups.map((group) => group.groupId)),
    owned: subscriptionsBy(directory, (each) => [each.accountId]),
  }
  indexesByDirectory.set(directory, indexes)
  return indexes
}

function subscriptionsBy(
  directory: Directory,
  keysOf: (subscription: Subscription) => string[],
): ReadonlyMap<string, Subscription[]> {
  const found = new Map<string, Subscription[]>()
  for (const subscription of directory.subscriptions) {
    for (const key of new Set(keysOf(subscription))) {
      const known = found.get(key)
      if (known === undefined) found.set(key, [subscription])
      else known.push(subscription)
    }
  }
  return found
}
