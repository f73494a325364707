/**
 * A customer by anything that is known of them: name, customer number, a number in any spelling, a card, an
 * e-mail address, an invoice number.
 */
import type { Account, Directory } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { invoicesOf } from '../billing/invoice-archive.ts'
import { accountsWithin } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'

export const FOUND_BY = ['customer-number', 'name', 'number', 'card', 'person', 'invoice'] as const
export type FoundBy = (typeof FOUND_BY)[number]

export interface FoundCustomer {
  readonly account: Account
  readonly by: FoundBy
  /** What matched, as it is kept: a number, an address. */
  readonly what: string
  /** Of a number or a card. */
  readonly subscriptionId?: string
}

/** Fewer digits, or letters of an address, would find half of everybody. */
const DIGITS_MIN = 4
const LETTERS_MIN = 3

/** For staff; within reach, best first. At most `limit`. Throws `not_allowed` for a customer. */
export async function findCustomers(
  desk: Desk,
  text: string,
  limit: number,
): Promise<FoundCustomer[]> {
  const { caller } = desk
  if (caller.reach.kind === 'accounts') {
    throw new TikError('not_allowed', 'finding customers is for staff')
  }
  const directory = await directoryOf(desk)
  const own = new Map(accountsWithin(caller, directory).map((one) => [one.accountId, one]))
  const wanted = text.trim().toLowerCase()
  const found = [
    ...byName(own, wanted),
    ...byDigits(directory, own, wanted),
    ...byPerson(directory, own, wanted),
    ...(caller.rights.has('see-invoices') ? await byInvoice(desk, own, text.trim()) : []),
  ]
  return found.slice(0, limit)
}

type Accounts = ReadonlyMap<string, Account>

function byName(own: Accounts, wanted: string): FoundCustomer[] {
  const found = [...own.values()].flatMap((account): FoundCustomer[] => {
    const { accountId, party } = account
    if (wanted !== '' && accountId.toLowerCase().includes(wanted)) {
      return [{ account, by: 'customer-number', what: accountId }]
    }
    const isNamed = party.legalName.toLowerCase().includes(wanted)
    return isNamed ? [{ account, by: 'name', what: party.legalName }] : []
  })
  const rank = ({ what }: FoundCustomer): number => (what.toLowerCase() === wanted ? 0 : 1)
  return found.toSorted(
    (left, right) =>
      rank(left) - rank(right) || (left.account.accountId < right.account.accountId ? -1 : 1),
  )
}

/** '+31 (0)6 12 34 56 78', '0031612345678' and '06-12345678' are the same number. */
function byDigits({ subscriptions }: Directory, own: Accounts, wanted: string): FoundCustomer[] {
  if (/[a-z@]/.test(wanted)) return []
  const digits = wanted.replaceAll('(0)', '').replaceAll(/\D/g, '').replace(/^0+/, '')
  if (digits.length < DIGITS_MIN) return []
  return subscriptions.flatMap(({ subscriptionId, accountId, identities }) => {
    const account = own.get(accountId)
    const matched = identities.find(({ value }) => value.replaceAll(/\D/g, '').includes(digits))
    if (account === undefined || matched === undefined) return []
    const by = matched.kind === 'imsi' || matched.kind === 'iccid' ? 'card' : 'number'
    return [{ account, by, what: matched.value, subscriptionId } as const]
  })
}

function byPerson({ users }: Directory, own: Accounts, wanted: string): FoundCustomer[] {
  if (wanted.length < LETTERS_MIN) return []
  return users.flatMap(({ accountId, name, email }) => {
    const account = own.get(accountId)
    const isMeant = email.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted)
    return account === undefined || !isMeant
      ? []
      : [{ account, by: 'person', what: `${name} <${email}>` } as const]
  })
}

async function byInvoice(desk: Desk, own: Accounts, number: string): Promise<FoundCustomer[]> {
  if (!/\d/.test(number)) return []
  const invoices = await invoicesOf(desk, { number })
  return invoices.flatMap(({ accountId, number: what }) => {
    const account = own.get(accountId)
    return account === undefined ? [] : [{ account, by: 'invoice', what } as const]
  })
}
