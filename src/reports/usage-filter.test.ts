import { expect, test } from 'vitest'
import { numberParts, usageConditions } from './usage-filter.ts'

const period = { kind: 'periods', fromDay: 20_727, toDay: 20_757, label: '2026-10' } as const

test.each`
  typed          | parts
  ${'06-1234'}   | ${['061234', '+3161234', '+3261234']}
  ${'+31 6 12'}  | ${['+31612']}
  ${'0031 6'}    | ${['+316']}
  ${'1234'}      | ${['1234']}
  ${'(020) 123'} | ${['020123', '+3120123', '+3220123']}
  ${'0'}         | ${['0']}
  ${'Bank & Co'} | ${['Bank & Co']}
  ${'  '}        | ${[]}
`('"$typed" looks for $parts', ({ typed, parts }) => {
  expect(numberParts(typed)).toEqual(parts)
})

test('a number with = in front is the whole one, in each form that it can have', () => {
  const { texts, params } = usageConditions({
    scope: { kind: 'operator' },
    period,
    receiverContains: ' =06 12345678',
    senderContains: '=',
  })
  expect(texts.slice(2)).toEqual(['receiver IN {receiverNumbers:Array(String)}'])
  expect(params['receiverNumbers']).toEqual(['0612345678', '+31612345678', '+32612345678'])
})

test('the scope is always a condition of its own, whatever else is asked', () => {
  const { texts, params } = usageConditions({
    scope: { kind: 'partner', partnerId: 'p1' },
    period,
    partnerId: 'p2',
    accountId: 'a9',
  })
  expect(texts).toContain('partner_id = {scopePartnerId:String}')
  expect(params).toMatchObject({ scopePartnerId: 'p1', partnerId: 'p2', accountId: 'a9' })
})

test('a scope of no accounts shows nothing, and not everything', () => {
  const { texts, params } = usageConditions({ scope: { kind: 'accounts', accountIds: [] }, period })
  expect(texts).toContain('account_id IN {scopeAccountIds:Array(String)}')
  expect(params['scopeAccountIds']).toEqual([])
})

test('empty wishes are no conditions', () => {
  const { texts } = usageConditions({
    scope: { kind: 'operator' },
    period,
    accountId: '',
    callTypes: [],
    senderContains: ' ',
  })
  expect(texts).toEqual([
    "outcome = 'rated'",
    'period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})',
  ])
})
