import { expect, test } from 'vitest'
import { smallCompany } from '../../../test/small-company.ts'
import { groupsOf, subscriptionsOf } from './of-account.ts'

test('an account has its own subscriptions in the order of the directory, and another none of them', () => {
  const directory = smallCompany()
  const own = subscriptionsOf(directory, 'A1').map(({ subscriptionId }) => subscriptionId)
  const expected = directory.subscriptions
    .filter(({ accountId }) => accountId === 'A1')
    .map(({ subscriptionId }) => subscriptionId)
  expect(own).toEqual(expected)
  expect(own).toHaveLength(3)
  expect(subscriptionsOf(directory, 'A2')).toEqual([])
})

test('another directory is asked anew', () => {
  const directory = smallCompany()
  expect(subscriptionsOf(directory, 'A1')).toHaveLength(3)
  expect(subscriptionsOf({ subscriptions: [] }, 'A1')).toEqual([])
  const group = { groupId: 'G', accountId: 'A1', name: 'team', allowanceIds: [] }
  expect(groupsOf(directory, 'A1')).toEqual([])
  expect(groupsOf({ groups: new Map([['G', group]]) }, 'A1')).toEqual([group])
})
