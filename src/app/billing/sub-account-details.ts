/**
 * What a caller sees of the sub-accounts on an invoice. Its lines and sums are the parent's; whose subscriptions used
 * what is theirs, and seen by those who reach them.
 */
import type { Directory } from '../../core/accounts/accounts.ts'
import type { Invoice } from '../../invoicing/invoice-model.ts'
import { isWithinReach } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Whether the caller reaches an account by itself, not by the invoice that it is on. */
export function isReached(
  { caller }: Pick<Desk, 'caller'>,
  { accounts }: Pick<Directory, 'accounts'>,
): (accountId: string) => boolean {
  return (accountId) => {
    const account = accounts.get(accountId)
    return account !== undefined && isWithinReach(caller, account)
  }
}

export function asSeen(
  invoice: Invoice,
  isReachedAccount: (accountId: string) => boolean,
): Invoice {
  const { subAccounts, recurringItems } = invoice
  if (subAccounts === undefined) return invoice
  return {
    ...invoice,
    subAccounts: subAccounts.map((each) =>
      isReachedAccount(each.accountId) ? each : { ...each, bundles: [], specification: [] },
    ),
    recurringItems: recurringItems.filter(
      ({ accountId }) => accountId === undefined || isReachedAccount(accountId),
    ),
  }
}
