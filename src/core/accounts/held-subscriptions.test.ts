import { expect, test } from 'vitest'
import { smallCompany } from '../../../test/small-company.ts'
import { asHeld, holdersOf } from './held-subscriptions.ts'
import { subscriptionPlaces } from './subscription-places.ts'
import type { Directory } from './accounts.ts'

const company = smallCompany()
const [account] = company.accounts.values()
const [first, second] = company.subscriptions
if (account === undefined || first === undefined || second === undefined) throw new Error('company')
const start = first.activatedMs
const [a, b] = [start + 1_000, start + 2_000]
const groups = new Map(
  ['A1', 'A2'].map((id) => [
    `g-${id}`,
    { groupId: `g-${id}`, accountId: id, name: id, allowanceIds: [] },
  ]),
)
const member = (id: string) => ({ groupId: `g-${id}`, fromMs: start, toMs: Infinity })
const directory: Directory = {
  ...company,
  groups,
  accounts: new Map([
    ['A1', account],
    ['A2', { ...account, accountId: 'A2' }],
  ]),
  subscriptions: [
    {
      ...first,
      earlierAccounts: [
        { accountId: 'A1', toMs: a },
        { accountId: 'A2', toMs: b },
      ],
      groups: [member('A1'), member('A2')],
    },
    second,
  ],
}

test('each account has a subscription of its time, with what goes on cut to it', () => {
  const held = asHeld(directory).subscriptions
  expect(
    held.map((each) => [each.index, each.subscriptionId, each.accountId, each.activatedMs - start]),
  ).toEqual([
    [0, 'V1', 'A1', 0],
    [1, 'V1', 'A2', 1_000],
    [2, 'V1', 'A1', 2_000],
    [3, 'V2', 'A1', 0],
  ])
  expect(held.map((each) => each.takenOver)).toEqual([
    { came: false, went: true },
    { came: true, went: true },
    { came: true, went: false },
    undefined,
  ])
  expect(held[1]).toMatchObject({
    terminatedMs: b,
    plans: [{ fromMs: a, toMs: b }],
    identities: [{ fromMs: a, toMs: b }],
    groups: [{ groupId: 'g-A2' }],
  })
})

test('who had it is known for every moment of its life, and a life without moves stays what it was', () => {
  const [whole] = directory.subscriptions
  expect(whole === undefined ? [] : holdersOf({ ...whole, terminatedMs: b + 1 })).toEqual([
    { accountId: 'A1', fromMs: start, toMs: a },
    { accountId: 'A2', fromMs: a, toMs: b },
    { accountId: 'A1', fromMs: b, toMs: b + 1 },
  ])
  expect(asHeld(company)).toBe(company)
})

test('a place is found by subscription, account and moment', () => {
  const places = subscriptionPlaces(asHeld(directory))
  expect([start, a, b].map((atMs) => places.indexAt('V1', atMs))).toEqual([0, 1, 2])
  expect([start, a, b].map((atMs) => places.indexOf('V1', 'A1', atMs))).toEqual([0, 2, 2])
  expect(places.indexOf('V1', 'A2', start)).toBe(1)
  expect(places.indexOf('V2', 'A2', start)).toBe(-1)
  expect([places.indexAt('V1', start - 1), places.indexAt('V9', start)]).toEqual([-1, -1])
  expect([places.has('V1'), places.has('V9')]).toEqual([true, false])
})
