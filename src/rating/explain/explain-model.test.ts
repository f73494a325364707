import { expect, test } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import type { CumulativeModel } from '../../catalogue/catalogue.ts'
import { createRater } from '../create-rater.ts'

const START_MS = Date.UTC(2026, 10, 10, 11)
const tiers = [
  { from: 0, price: '0.10', per: 1 },
  { from: 100, price: '0.05', per: 1, fee: '2' },
]

/** What is said of the last of some usages, without who it was and which rate. */
function explained(model: CumulativeModel, ...quantities: number[]): string[] {
  const world = createWorld({
    callTypes: [{ id: 'call', kind: 'event' }],
    rates: { r: [{ model }] },
    units: { r: 'event' },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(world)
  const last = quantities.pop() ?? 0
  for (const quantity of quantities) {
    rater.rate(world.usage('A', 'call', { quantity, startMs: START_MS }), START_MS)
  }
  const usage = world.usage('A', 'call', { quantity: last, startMs: START_MS })
  return rater
    .explain(usage, START_MS)
    .steps.slice(2)
    .map(({ rule, text }) => `${rule}: ${text}`)
}

test('graduated: the total so far, each tier with its part and fee, the bounds', () => {
  const model = { type: 'graduated', scope: 'account', tiers, periodMaximum: '50' } as const
  expect(explained(model, 60, 60)).toEqual([
    'total: of the account in this period: 60 before it in 1 usages, 120 with it',
    'tier: 40 at 0.10 per 1, the tier from 0',
    'tier: 20 at 0.05 per 1, the tier from 100',
    'tier fee: 2, the total reaches the tier',
    'period maximum: at most 50 for the total',
    'rounding: once, to 4 decimals, half-up',
    'graduated: 7.000000 for 60',
    'charge: 7.000000',
  ])
})

test('volume: the tier of the total, and that the sum is settled later', () => {
  const model = { type: 'volume', scope: 'subscription', tiers } as const
  expect(explained(model, 60, 60)).toContain(
    'tier: the total is at 0.05 per 1, the tier from 100, and a fee of 2 for the period; ' +
      'the sum is settled when the period closes',
  )
})

test('package: the blocks that it starts', () => {
  const model = { type: 'package', scope: 'subscription', price: '5', size: 50 } as const
  expect(explained(model, 60, 60)).toContain('block: 1 of 50 at 5 started by it, 2 before it')
})

test('percentage: free transactions and amounts, tiers, what a transaction has beside them', () => {
  const model = {
    type: 'percentage',
    scope: 'subscription',
    tiers: [
      { from: 0, percentHundredths: 500 },
      { from: 20_000_000, percentHundredths: 250 },
    ],
    freeUnits: 10_000_000,
    freeTransactions: 1,
    fixed: '0.10',
    minimum: undefined,
    maximum: '3',
  } as const
  expect(explained(model, 4_000_000)).toContain('free transaction: number 1 of 1 that are free')
  expect(explained(model, 4_000_000, 26_000_000)).toEqual([
    'total: of the subscription in this period: 4000000 before it in 1 usages, 30000000 with it',
    'free amount: 6.000000 EUR of 10.000000 EUR',
    'tier: 5 % of 10.000000 EUR',
    'tier: 2.5 % of 10.000000 EUR',
    'fixed: 0.10 for the transaction',
    'maximum: at most 3',
    'rounding: once, to 4 decimals, half-up',
    'percentage: 0.850000 for 26000000',
    'charge: 0.850000',
  ])
})

test('a part that brings the model to its session: the whole, less what was paid', () => {
  const change = { fromMs: START_MS, toMs: Infinity }
  const model = { type: 'graduated', scope: 'subscription', tiers } as const
  const world = createWorld({
    rates: {
      r: [
        { model, toMs: START_MS },
        { ...change, steps: [step('0.30')] },
      ],
    },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(world)
  const part = { quantity: 60, sessionKey: 's' }
  rater.rate(world.usage('A', 'call', { quantity: 10, startMs: START_MS - 2 }), START_MS)
  rater.rate(world.usage('A', 'call', { ...part, startMs: START_MS }), START_MS)
  const earlier = world.usage('A', 'call', { ...part, startMs: START_MS - 1 })
  const { steps, result } = rater.explain(earlier, START_MS)
  expect(steps.slice(2).map(({ rule, text }) => `${rule}: ${text}`)).toEqual([
    'session: the earliest part of its session, which has its rate from now on: ' +
      'priced as the whole of 120, less 18.000000 that was paid before',
    'total: of the subscription in this period: 10 before it in 2 usages, 130 with it',
    'tier: 90 at 0.10 per 1, the tier from 0',
    'tier: 30 at 0.05 per 1, the tier from 100',
    'tier fee: 2, the total reaches the tier',
    'rounding: once, to 4 decimals, half-up',
    'graduated: 12.500000 for 120',
    'charge: -5.500000',
  ])
  expect(result.chargeMicros).toBe(-5_500_000)
})
