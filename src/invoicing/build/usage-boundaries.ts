/** The instants over which no sum of usage may reach: a discount or a tax begins or ends there. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import { vatChanges } from '../../catalogue/vat-at.ts'
import type { Account, Partner } from '../../core/accounts/accounts.ts'
import type { Validity } from '../../core/time/validity.ts'

export function usageBoundariesMs(
  catalogue: Catalogue,
  account: Account,
  partner: Partner,
): number[] {
  const discounts = account.discounts.filter(({ on }) => on !== 'recurring')
  return boundariesMs([...discounts, ...vatChanges(catalogue, partner.party.address.country)])
}

/** Ascending, each once. */
export function boundariesMs(stretches: readonly Validity[]): number[] {
  const all = stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs])
  return [...new Set(all.filter(Number.isFinite))].sort((left, right) => left - right)
}
