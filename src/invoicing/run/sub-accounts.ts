/** Sub-accounts that are invoiced with their parent: who stands on whose invoice in a month. */
import type { Directory } from '../../core/accounts/accounts.ts'
import type { AccountScope } from './billing-scope.ts'

/**
 * Each sub-account with its parent, where both have the same period of the same seller to bill; any other is
 * billed by itself, so that no period is left out.
 */
export function onParents(scopes: readonly AccountScope[]): AccountScope[] {
  const byPlace = new Map(scopes.map((scope) => [placeOf(scope, scope.account.accountId), scope]))
  const parentOf = (scope: AccountScope): AccountScope | undefined => {
    const { invoicedOn, parentAccountId } = scope.account
    if (invoicedOn === undefined) return undefined
    const parent = byPlace.get(placeOf(scope, parentAccountId))
    return parent?.account.invoicedOn === undefined ? parent : undefined
  }
  const subs = Map.groupBy(scopes, parentOf)
  return (subs.get(undefined) ?? []).map((scope) => {
    const subAccounts = subs.get(scope)
    return subAccounts === undefined ? scope : { ...scope, subAccounts }
  })
}

function placeOf({ period, partner }: AccountScope, accountId: string): string {
  return [accountId, partner.partnerId, period.startDay, period.endDay].join('|')
}

/** With everybody who is on the same invoices: who asks for one of them asks for the invoice. */
export function withFamily(
  { accounts }: Pick<Directory, 'accounts'>,
  accountIds: readonly string[],
): string[] {
  const parentIds = new Set(
    accountIds.map((accountId) => {
      const account = accounts.get(accountId)
      return account?.invoicedOn === undefined ? accountId : account.parentAccountId
    }),
  )
  const subs = [...accounts.values()].filter(
    ({ invoicedOn, parentAccountId }) => invoicedOn !== undefined && parentIds.has(parentAccountId),
  )
  const known = [...parentIds].filter((accountId) => accounts.has(accountId))
  return [...new Set([...accountIds, ...known, ...subs.map(({ accountId }) => accountId)])]
}
