/** Who gets the mails of an invoice: those whom its bill-to names, else everybody of the account who wants invoices. */
import type { Directory, User } from '../../core/accounts/accounts.ts'

export function invoiceReaders(
  { users, billTos }: Pick<Directory, 'users' | 'billTos'>,
  { accountId, billToId }: { readonly accountId: string; readonly billToId?: string | undefined },
): User[] {
  const ofAccount = users.filter((user) => user.accountId === accountId)
  const readerIds = billTos?.get(billToId ?? '')?.readerIds ?? []
  if (readerIds.length > 0) return ofAccount.filter(({ userId }) => readerIds.includes(userId))
  return ofAccount.filter(({ registrations }) => registrations.includes('invoices'))
}
