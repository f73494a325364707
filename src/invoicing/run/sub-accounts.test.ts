import { expect, test } from 'vitest'
import type { Account } from '../../core/accounts/accounts.ts'
import type { AccountScope } from './billing-scope.ts'
import { onParents, withFamily } from './sub-accounts.ts'

type Place = readonly [id: string, parent?: string, startDay?: number, partner?: string]

function scope([accountId, parent, startDay = 100, partnerId = 'p']: Place): AccountScope {
  const account = {
    accountId,
    parentAccountId: parent ?? '',
    ...(parent === undefined ? {} : { invoicedOn: 'parent' }),
  }
  const period = { startDay, endDay: startDay + 30 }
  return { account, partner: { partnerId }, period } as unknown as AccountScope
}

function billed(...places: Place[]): string[] {
  return onParents(places.map(scope)).map(({ account, subAccounts = [] }) =>
    [account.accountId, ...subAccounts.map((sub) => sub.account.accountId)].join('+'),
  )
}

test.each<[string, Place[], string[]]>([
  ['a sub-account is on the invoice of its parent', [['a'], ['b', 'a'], ['c', 'a']], ['a+b+c']],
  ['an account without a parent is by itself', [['a'], ['b']], ['a', 'b']],
  ['one whose parent is not billed is by itself', [['b', 'a']], ['b']],
  ['one of another period is by itself', [['a'], ['b', 'a', 130]], ['a', 'b']],
  ['one of another seller is by itself', [['a'], ['b', 'a', 100, 'q']], ['a', 'b']],
  ['nobody is on an invoice that is on another', [['a'], ['b', 'a'], ['c', 'b']], ['a+b', 'c']],
])('%s', (_rule, places, expected) => {
  expect(billed(...places)).toEqual(expected)
})

test('a sub-account that nobody put on the invoice of its parent is by itself', () => {
  const own = scope(['b', 'a'])
  const { invoicedOn: _, ...account } = own.account
  const scopes = onParents([scope(['a']), { ...own, account }])
  expect(scopes.map((each) => [each.account.accountId, each.subAccounts])).toEqual([
    ['a', undefined],
    ['b', undefined],
  ])
})

test('a family is the parent with all that is on its invoice, whoever of it is asked for', () => {
  const places: Place[] = [['a'], ['b', 'a'], ['c', 'a'], ['d'], ['e', 'gone']]
  const accounts = new Map(
    places.map((place) => {
      const { account } = scope(place)
      return [account.accountId, account satisfies Account]
    }),
  )
  // Of the same parent in the books, on an invoice of its own.
  const own = accounts.get('d')
  if (own === undefined) throw new Error('it is there')
  accounts.set('f', { ...own, accountId: 'f', parentAccountId: 'a' })
  const family = (...ids: string[]) => withFamily({ accounts }, ids).toSorted()
  expect(family('a')).toEqual(['a', 'b', 'c'])
  expect(family('b')).toEqual(['a', 'b', 'c'])
  expect(family('d')).toEqual(['d'])
  expect(family('e')).toEqual(['e'])
  expect(family('nobody')).toEqual(['nobody'])
})
