/** Bill-to's of an accounts document: whose they are, who reads their invoices, and their numbers. */
import type { BillTo } from '../../core/accounts/bill-to.ts'
import type { Account, User } from '../../core/accounts/accounts.ts'
import { registrationNumberProblem, vatIdProblem } from '../../core/text/check-digits.ts'
import { electronicAddressProblem } from '../../core/text/electronic-address.ts'
import type { DirectoryDocument } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'

export interface BillToContext {
  readonly accounts: ReadonlyMap<string, Account>
  /** Imported already. */
  readonly known: ReadonlyMap<string, BillTo>
  readonly users: readonly Pick<User, 'userId' | 'accountId'>[]
  readonly problems: DocumentProblem[]
}

export function buildBillTos(
  { billTos }: Pick<DirectoryDocument, 'billTos'>,
  context: BillToContext,
): [string, BillTo][] {
  return billTos.map((written, index) => {
    for (const { path, message } of problemsOf(written, context)) {
      context.problems.push({ path: ['billTos', index, ...path], message })
    }
    const { id: billToId, account: accountId, readers, ...particulars } = written
    return [billToId, { billToId, accountId, ...given(particulars), readerIds: readers }]
  })
}

type Written = DirectoryDocument['billTos'][number]

function* problemsOf(
  written: Written,
  { accounts, known, users }: BillToContext,
): Generator<DocumentProblem> {
  const { id, account, readers, electronicAddress, address } = written
  if (!accounts.has(account)) {
    yield { path: ['account'], message: `there is no account "${account}"` }
  }
  const before = known.get(id)?.accountId ?? account
  if (before !== account) {
    const message = `it is of ${before}: what it was billed stays there; take another id`
    yield { path: ['account'], message }
  }
  for (const [at, userId] of readers.entries()) {
    if (users.some((user) => user.userId === userId && user.accountId === account)) continue
    yield { path: ['readers', at], message: `${account} has no user "${userId}"` }
  }
  const found = {
    vatId: vatIdProblem(written.vatId ?? ''),
    registrationNumber: registrationNumberProblem(
      written.registrationNumber ?? '',
      address.country,
    ),
    electronicAddress:
      electronicAddress === undefined ? undefined : electronicAddressProblem(electronicAddress),
  }
  for (const [field, message] of Object.entries(found)) {
    if (message !== undefined) yield { path: [field], message }
  }
}

/** Without what the document does not say. */
function given<Particulars extends object>(
  particulars: Particulars,
): { [Key in keyof Particulars]: Exclude<Particulars[Key], undefined> } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undefined values are left out
  return Object.fromEntries(
    Object.entries(particulars).filter(([, value]) => value !== undefined),
  ) as { [Key in keyof Particulars]: Exclude<Particulars[Key], undefined> }
}
