/** Partners, accounts and what belongs to them, within a caller's reach. */
import type {
  Account,
  Directory,
  Group,
  Partner,
  Subscription,
} from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { accountsWithin, accountWithin } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'

/** Of an account only its own partner, so that it knows whom to call. */
export async function partnersOf(desk: Desk): Promise<Partner[]> {
  const directory = await directoryOf(desk)
  const { reach } = desk.caller
  const partners = [...directory.partners.values()]
  if (reach.kind === 'operator') return partners
  if (reach.kind === 'partner') return partners.filter((one) => one.partnerId === reach.partnerId)
  const own = new Set(accountsWithin(desk.caller, directory).map(({ partnerId }) => partnerId))
  return partners.filter(({ partnerId }) => own.has(partnerId))
}

/** In the order of their ids. `search` is part of the id, the name, or a number of the account. */
export async function accountsOf(desk: Desk, search = ''): Promise<Account[]> {
  const directory = await directoryOf(desk)
  const wanted = search.trim().toLowerCase()
  const byNumber = wanted === '' ? new Set<string>() : accountsByNumber(directory, wanted)
  return accountsWithin(desk.caller, directory)
    .filter(
      ({ accountId, party }) =>
        wanted === '' ||
        byNumber.has(accountId) ||
        accountId.toLowerCase().includes(wanted) ||
        party.legalName.toLowerCase().includes(wanted),
    )
    .sort((left, right) => (left.accountId < right.accountId ? -1 : 1))
}

/** Throws `not_found`. */
export async function accountOf(desk: Desk, accountId: string): Promise<Account> {
  return accountWithin(desk.caller, await directoryOf(desk), accountId)
}

/** Throws `not_found`. */
export async function subscriptionsOf(desk: Desk, accountId: string): Promise<Subscription[]> {
  const directory = await directoryOf(desk)
  accountWithin(desk.caller, directory, accountId)
  return directory.subscriptions.filter((one) => one.accountId === accountId)
}

/** Throws `not_found`, also for one of somebody else. */
export async function subscriptionOf(desk: Desk, subscriptionId: string): Promise<Subscription> {
  const directory = await directoryOf(desk)
  const own = new Set(accountsWithin(desk.caller, directory).map(({ accountId }) => accountId))
  // It may have moved: of the accounts within reach, the one that had it last.
  const found = directory.subscriptions.findLast(
    (one) => one.subscriptionId === subscriptionId && own.has(one.accountId),
  )
  if (found !== undefined) return found
  throw new TikError('not_found', `there is no subscription ${subscriptionId}`)
}

/** Throws `not_found`. */
export async function groupsOf(desk: Desk, accountId: string): Promise<Group[]> {
  const directory = await directoryOf(desk)
  accountWithin(desk.caller, directory, accountId)
  return [...directory.groups.values()].filter((one) => one.accountId === accountId)
}

/** A number in any spelling, or an IMSI or ICCID, by its last digits. */
function accountsByNumber({ subscriptions }: Directory, wanted: string): Set<string> {
  const digits = wanted.replaceAll(/\D/g, '').replace(/^0+/, '')
  if (digits.length < SEARCH_DIGITS_MIN) return new Set()
  const found = subscriptions.filter(({ identities }) =>
    identities.some(({ value }) => value.replaceAll(/\D/g, '').includes(digits)),
  )
  return new Set(found.map(({ accountId }) => accountId))
}

const SEARCH_DIGITS_MIN = 4
