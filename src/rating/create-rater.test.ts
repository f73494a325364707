/** The worked examples of the specification, and what a rater answers to its callers. */
import { describe, expect, test } from 'vitest'
import { createRater } from './create-rater.ts'
import { createWorld, step, type World } from './testing/world.ts'
import { microsToDecimal } from '../core/money.ts'

const NOON = Date.UTC(2026, 10, 10, 11) // 12:00 in Amsterdam.

function chargeOf(world: World, quantity: number, startMs = NOON): string {
  const rater = createRater(world)
  const rated = rater.rate(world.usage('A', 'call', { quantity, startMs }), startMs)
  expect(rated.outcome).toBe('rated')
  return microsToDecimal(rated.chargeMicros)
}

describe('a rate prices a quantity', () => {
  const world = (rate: object): World =>
    createWorld({
      rates: { r: [rate] },
      plans: { plan: { rates: { call: 'r' } } },
      subscriptions: [{ subscriptionId: 'A' }],
    })
  const fee = { connectFee: '0.05' }
  test.each([
    ['R1', { ...fee, steps: [step('0.10', 60, 60)] }, 61, '0.250000'],
    ['R2', { ...fee, steps: [step('0.10', 60, 60), step('0.10', 60, 1, 60)] }, 61, '0.151700'],
    ['R3', { steps: [step('0.0725', 60, 1)] }, 35, '0.042300'],
    ['R4', { steps: [step('0.0725', 60, 1)], decimals: 6, rounding: 'up' }, 35, '0.042292'],
    ['R5', { steps: [step('0.20', 60, 60), step('0.06', 60, 1, 60)] }, 95, '0.235000'],
    ['R6', { steps: [step('0.19', 60, 30)], minimum: '0.15' }, 12, '0.150000'],
  ])('%s', (_name, rate, quantity, charge) => {
    expect(chargeOf(world(rate), quantity)).toBe(charge)
  })
  test.each([
    ['R8', true, '0.080000'],
    ['R9', false, '0.120000'],
  ])('%s', (_name, split, charge) => {
    const rate = {
      split,
      steps: [step('0.04', 60, 1)],
      bands: [
        {
          name: 'peak',
          days: [1, 2, 3, 4, 5],
          fromMinute: 480,
          toMinute: 1080,
          connectFee: '0',
          steps: [step('0.08', 60, 1)],
        },
      ],
    }
    expect(chargeOf(world(rate), 90, Date.UTC(2026, 10, 10, 16, 59, 30))).toBe(charge)
  })
})

function worldWithBundle(by: number): World {
  return createWorld({
    rates: {
      r: [{ connectFee: '0.05', steps: [step('0.10', 60, 60), step('0.10', 60, by, 60)] }],
    },
    allowances: [{ allowanceId: 'own', amount: 18_000 }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
}

describe('allowances', () => {
  test.each([
    ['A1', 60, '0.350000'],
    ['A2', 1, '0.300000'],
  ])('%s', (_name, by, charge) => {
    const { catalogue, directory, usage } = worldWithBundle(by)
    const rater = createRater({ catalogue, directory })
    const first = usage('A', 'call', { quantity: 17_900, startMs: NOON })
    const [request] = rater.missingBalances([first])
    expect(request).toBeDefined()
    expect(rater.rate(first, NOON).chargeMicros).toBe(0)
    const rated = rater.rate(usage('A', 'call', { quantity: 250, startMs: NOON }), NOON)
    expect(rated.takeQuantities).toEqual([100])
    expect(rated.outOfBundleQuantity).toBe(150)
    expect(microsToDecimal(rated.chargeMicros)).toBe(charge)
  })
})
