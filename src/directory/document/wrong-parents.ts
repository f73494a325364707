/** Parents of accounts: each is there, nobody stands above themselves, and who is on a parent's invoice fits there. */
import type { Account } from '../../core/accounts/accounts.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'

export function* wrongParents(
  document: Pick<DirectoryDocument, 'accounts'>,
  /** With those that are imported already. */
  accounts: ReadonlyMap<string, Account>,
): Generator<DocumentProblem> {
  for (const [index, { id, parent }] of document.accounts.entries()) {
    if (parent === undefined) continue
    const path = ['accounts', index, 'parent']
    if (!accounts.has(parent)) {
      yield { path, message: `there is no account "${parent}"` }
    } else if (isAbove(id, parent, accounts)) {
      yield { path, message: `${id} would stand above itself` }
    }
  }
  for (const account of accounts.values()) {
    const { accountId, parentAccountId } = account
    const index = document.accounts.findIndex(
      ({ id }) => id === accountId || id === parentAccountId,
    )
    const message = index < 0 ? undefined : misfitOf(account, accounts.get(parentAccountId))
    if (message !== undefined) yield { path: ['accounts', index, 'invoicedOn'], message }
  }
}

/** One invoice is of one seller and period, and of one account above. */
function misfitOf(account: Account, parent: Account | undefined): string | undefined {
  const { accountId, invoicedOn } = account
  if (invoicedOn === undefined) return undefined
  if (parent === undefined) return `${accountId} has no parent whose invoice it could be on`
  const { accountId: parentId } = parent
  if (parent.invoicedOn !== undefined) return `${parentId} is on the invoice of its own parent`
  const fits =
    account.partnerId === parent.partnerId &&
    account.timeZone === parent.timeZone &&
    account.anchorDay === parent.anchorDay
  if (fits) return undefined
  return `${accountId} is on the invoice of ${parentId}, so it has the same partner, time zone and anchor day`
}

function isAbove(
  id: string,
  belowId: string,
  accounts: ReadonlyMap<string, Pick<Account, 'parentAccountId'>>,
): boolean {
  const seen = new Set<string>()
  let at = belowId
  while (at !== '' && at !== id && !seen.has(at)) {
    seen.add(at)
    at = accounts.get(at)?.parentAccountId ?? ''
  }
  return at === id
}
