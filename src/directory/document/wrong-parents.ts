/** Parents of accounts: each is there, and nobody stands above themselves. */
import type { Account } from '../../core/accounts/accounts.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'

export function* wrongParents(
  document: Pick<DirectoryDocument, 'accounts'>,
  /** With those that are imported already. */
  accounts: ReadonlyMap<string, Pick<Account, 'parentAccountId'>>,
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
