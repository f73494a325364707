import { expect, test } from 'vitest'
import type { Subscription } from '../../core/accounts/accounts.ts'
import type { Invoice } from '../invoice-model.ts'
import { assignedTo, billedStretches, isBilledOn } from './bill-to-usage.ts'

const of = (accountId: string, billToId?: string) =>
  ({ customer: { accountId, ...(billToId === undefined ? {} : { billToId }) } }) as Invoice

const held = (subscriptionId: string, billTos?: Subscription['billTos']) =>
  ({
    subscriptionId,
    accountId: 'a',
    ...(billTos === undefined ? {} : { billTos }),
  }) as Subscription

const X = { billToId: 'x', fromMs: 10, toMs: 20 }
const Y = { billToId: 'y', fromMs: 20, toMs: Infinity }
const directory = { subscriptions: [held('s', [X, Y]), held('t')], billTos: new Map() }

test('of an account those count that ever were of a bill-to, and each directory is looked through once', () => {
  const assigned = assignedTo(of('a'), directory)
  expect(assigned.map(({ subscriptionId }) => subscriptionId)).toEqual(['s'])
  expect(assignedTo(of('a'), directory)).toBe(assigned)
  expect(assignedTo(of('b'), directory)).toEqual([])
})

test.each([
  [undefined, 's', 9, true],
  [undefined, 's', 10, false],
  ['x', 's', 10, true],
  ['x', 's', 20, false],
  ['y', 's', 20, true],
  [undefined, 't', 10, true],
  ['x', 't', 10, false],
])('on the invoice of %s is usage of %s at %i: %s', (billToId, id, atMs, expected) => {
  expect(isBilledOn(of('a', billToId), directory)(id, atMs)).toBe(expected)
})

test('as stretches: those of a bill-to, and for the account itself all that are not its own', () => {
  const [x, y] = [
    { subscriptionId: 's', fromMs: 10, toMs: 20 },
    { subscriptionId: 's', fromMs: 20, toMs: Infinity },
  ]
  expect(billedStretches(of('a', 'x'), directory)).toEqual({ stretches: [x], isAllElse: false })
  expect(billedStretches(of('a'), directory)).toEqual({ stretches: [x, y], isAllElse: true })
})
