/** The instants over which no sum of usage may reach: a discount or a tax begins or ends there. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { vatChanges } from '../../catalogue/vat-at.ts'
import type { Account, Partner } from '../../core/accounts/accounts.ts'
import { billToChangesMs, type AssignedSubscription } from '../../core/accounts/bill-to.ts'
import type { Validity } from '../../core/time/validity.ts'

export function usageBoundariesMs(
  catalogue: Catalogue,
  account: Account,
  partner: Partner,
  /** Of an account with bill-to's: usage before and after a move is on two invoices. */
  subscriptions: readonly AssignedSubscription[] = [],
): number[] {
  const moves = billToChangesMs(subscriptions)
  const discounts = account.discounts.filter(({ on }) => on !== 'recurring')
  const country = partner.party.address.country
  const changes = boundariesMs([...discounts, ...vatChanges(catalogue, country)])
  return [...new Set([...changes, ...moves])].sort((left, right) => left - right)
}

/** Ascending, each once. */
export function boundariesMs(stretches: readonly Validity[]): number[] {
  const all = stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs])
  return [...new Set(all.filter(Number.isFinite))].sort((left, right) => left - right)
}
