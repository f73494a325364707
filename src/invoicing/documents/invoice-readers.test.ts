import { expect, test } from 'vitest'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import type { User } from '../../core/accounts/accounts.ts'
import { invoiceReaders } from './invoice-readers.ts'

function user(userId: string, accountId: string, wantsInvoices: boolean): User {
  const registrations = wantsInvoices ? (['invoices'] as const) : []
  return { userId, accountId, name: '', email: '', language: 'nl', registrations }
}

const users = [
  user('ans', 'duinzicht', true),
  user('bob', 'duinzicht', false),
  user('cor', 'zeegras', true),
]
const billTos = new Map(
  [
    { billToId: 'named', readerIds: ['bob', 'cor'] },
    { billToId: 'of-nobody', readerIds: [] },
  ].map((each) => [each.billToId, each as unknown as BillTo]),
)

test.each<[string, string | undefined, readonly string[]]>([
  ['everybody of the account who wants invoices', undefined, ['ans']],
  ['whom a bill-to names, of the account alone', 'named', ['bob']],
  ['as without one, where a bill-to names nobody', 'of-nobody', ['ans']],
  ['as without one, where the bill-to is gone', 'gone', ['ans']],
])('the readers of an invoice are %s', (_rule, billToId, readers) => {
  const found = invoiceReaders({ users, billTos }, { accountId: 'duinzicht', billToId })
  expect(found.map(({ userId }) => userId)).toEqual(readers)
})
