/**
 * What must hold for any rate, quantity, allowance and group, against the oracle of test/rating. A
 * failure prints its seed; RATING_RUNS raises the number of cases.
 */
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { allowances, model, rateWithBands, rateWithoutBands, startMs } from './arbitrary-rate.ts'
import { oracleTotal } from './oracle-model.ts'
import { createOracleBundles, oraclePrice } from './oracle.ts'
import { createWorld, type World } from './world.ts'
import type { Allowance, CumulativeModel, Rate } from '../../src/catalogue/catalogue.ts'
import { compileModel, type PriceRounding } from '../../src/rating/model/compiled-model.ts'
import { createRater } from '../../src/rating/create-rater.ts'

vi.setConfig({ testTimeout: 600_000 })
const numRuns = Number(process.env['RATING_RUNS'] ?? 150)
const NOON = Date.UTC(2026, 10, 10, 11)
const anyRate = fc.oneof(rateWithoutBands, rateWithBands)
const quantity = fc.oneof(fc.nat({ max: 10 }), fc.nat({ max: 400 }))

function worldOf(rate: Rate, own: number): World {
  return createWorld({
    rates: { r: [rate] },
    allowances: [{ allowanceId: 'own', amount: own }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
}

interface OnceUsage {
  startMs: number
  covered: number
  rest: number
  left?: number
}

function rateOnce(rate: Rate, usage: OnceUsage) {
  const world = worldOf(rate, usage.covered + (usage.left ?? 0))
  const units = usage.covered + usage.rest
  return createRater(world).rate(
    world.usage('A', 'call', { quantity: units, startMs: usage.startMs }),
    usage.startMs,
  )
}

describe('a price', () => {
  const usage = fc.record({ startMs, covered: quantity, rest: quantity })

  test('is that of the oracle, for any rate, band, start and quantity', () => {
    fc.assert(
      fc.property(anyRate, usage, (rate, of) => {
        const rated = rateOnce(rate, of)
        const expected = oraclePrice(rate, of)
        expect({
          billed: rated.billedQuantity,
          charge: String(rated.chargeMicros),
          information: String(rated.informationChargeMicros),
        }).toEqual(expected)
      }),
      { numRuns: numRuns * 3 },
    )
  })

  test('is that of the oracle where the bundle has something left, also of no units', () => {
    const within = fc.record({
      startMs,
      covered: fc.oneof(fc.constant(0), quantity),
      rest: fc.constant(0),
      left: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(anyRate, within, (rate, of) => {
        const rated = rateOnce(rate, of)
        const { charge, information } = oraclePrice(rate, of)
        expect([String(rated.chargeMicros), String(rated.informationChargeMicros)]).toEqual([
          charge,
          information,
        ])
      }),
      { numRuns },
    )
  })

  test('canary: an oracle that rounds otherwise is found out', () => {
    const property = fc.property(rateWithoutBands, usage, (rate, of) => {
      const wrong = oraclePrice({ ...rate, rounding: 'down' }, of)
      return String(rateOnce(rate, of).chargeMicros) === wrong.charge
    })
    expect(fc.check(property, { numRuns: 300 }).failed).toBe(true)
  })

  test('is never negative, and never lower for a longer call', () => {
    fc.assert(
      fc.property(anyRate, startMs, quantity, fc.nat({ max: 100 }), (rate, at, units, more) => {
        const shorter = rateOnce(rate, { startMs: at, covered: 0, rest: units }).chargeMicros
        const longer = rateOnce(rate, { startMs: at, covered: 0, rest: units + more }).chargeMicros
        expect(shorter).toBeGreaterThanOrEqual(0)
        expect(longer).toBeGreaterThanOrEqual(shorter)
      }),
      { numRuns },
    )
  })

  test('does not depend on whether numbers or bigint hold the sum', () => {
    const tiny = '0.000000001' // A step that is never reached, but forces a wide denominator.
    const wide = { from: 1e12, price: tiny, per: 999_999_937, increment: 1 }
    fc.assert(
      fc.property(rateWithoutBands, quantity, (rate, rest) => {
        const of = { startMs: NOON, covered: 0, rest }
        const wider = { ...rate, steps: [...rate.steps, wide] }
        expect(rateOnce(wider, of)).toEqual(rateOnce(rate, of))
      }),
      { numRuns },
    )
  })
})

describe('a cumulative model', () => {
  const portions = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 8 })
  const rounding = fc.record({
    decimals: fc.integer({ min: 2, max: 6 }),
    mode: fc.constantFrom('half-up' as const, 'up' as const, 'down' as const),
  })

  test('charges what the oracle says that the period costs, in portions of any size and order', () => {
    fc.assert(
      fc.property(model, rounding, portions, (of, how, quantities) => {
        const total = quantities.reduce((left, right) => left + right, 0)
        const inOrder = chargePeriod(of, how, quantities)
        expect(inOrder.every((charge) => charge >= 0)).toBe(true)
        const settled = compileModel(of, how).settled?.(total, total)
        const reversed = chargePeriod(of, how, quantities.toReversed())
        const expected = oracleTotal(of, how, total)
        if (settled !== undefined) expect(String(settled)).toBe(expected)
        else if (addsUp(of)) {
          expect([sumOf(inOrder), sumOf(reversed)]).toEqual([Number(expected), Number(expected)])
        }
      }),
      { numRuns: numRuns * 3 },
    )
  })
})

/** Unless each portion is priced by itself: a transaction. */
function addsUp({ type, periodMinimum, periodMaximum }: CumulativeModel): boolean {
  return type !== 'percentage' || periodMinimum !== undefined || periodMaximum !== undefined
}

function chargePeriod(
  of: CumulativeModel,
  how: PriceRounding,
  quantities: readonly number[],
): number[] {
  const world = createWorld({
    rates: { r: [{ model: of, decimals: how.decimals, rounding: how.mode }] },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(world)
  return quantities.map(
    (units) =>
      rater.rate(world.usage('A', 'call', { quantity: units, startMs: NOON }), NOON).chargeMicros,
  )
}

function sumOf(charges: readonly number[]): number {
  return charges.reduce((left, right) => left + right, 0)
}

describe('a session', () => {
  const parts = fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 8 })
  const bundle = fc.record({
    amount: fc.nat({ max: 300 }),
    increment: fc.constantFrom(1, 6, 60),
  })

  test('costs the same in one piece, in parts, and in parts in another order', () => {
    fc.assert(
      fc.property(rateWithoutBands, bundle, parts, (rate, own, quantities) => {
        const whole = quantities.reduce((left, right) => left + right, 0)
        const inParts = rateSession(rate, own, quantities)
        expect(inParts).toEqual(rateSession(rate, own, [whole]))
        expect(inParts).toEqual(rateSession(rate, own, quantities.toReversed()))
      }),
      { numRuns },
    )
  })
})

describe('allowances', () => {
  const usages = fc.array(
    fc.record({
      who: fc.constantFrom('A', 'B', 'C'),
      startMs: fc.integer({ min: Date.UTC(2026, 10, 2), max: Date.UTC(2026, 10, 5) }),
      quantity,
    }),
    { minLength: 1, maxLength: 12 },
  )
  const members = ['A', 'B']

  test('are taken as the oracle takes them; nothing is lost and none goes below zero', () => {
    fc.assert(
      fc.property(allowances, usages, (offered, log) => {
        const world = groupWorld(offered)
        const rater = createRater(world)
        const oracle = createOracleBundles(offered, ({ scope, amount }, who) => {
          if (scope === 'own') return { holder: who, amount }
          if (!members.includes(who)) {
            return scope === 'group-pooled' ? { holder: who, amount } : undefined
          }
          return { holder: 'G', amount: scope === 'group-pooled' ? amount * 2 : amount }
        })
        const used = new Map<string, number>()
        for (const each of log) {
          const rated = rater.rate(world.usage(each.who, 'call', each), each.startMs)
          const taken: Record<string, number> = {}
          rated.takeKeys.forEach((key, index) => {
            const units = rated.takeQuantities[index] ?? 0
            taken[key.split('|').slice(0, 2).join('|')] = units
            used.set(key, (used.get(key) ?? 0) + units)
          })
          expect({ taken, rest: rated.outOfBundleQuantity }).toEqual(oracle(each))
          const isExact = offered.every(({ increment }) => increment === 1)
          if (isExact) {
            const sum = rated.takeQuantities.reduce((left, right) => left + right, 0)
            expect(sum + rated.outOfBundleQuantity).toBe(each.quantity)
          }
        }
        for (const [key, units] of used) {
          const [id] = key.split('|')
          const amount = offered.find(({ allowanceId }) => allowanceId === id)?.amount ?? 0
          expect(units).toBeLessThanOrEqual(amount * 2)
        }
      }),
      { numRuns: numRuns * 2 },
    )
  })
})

function rateSession(rate: Rate, own: Partial<Allowance>, quantities: readonly number[]) {
  const world = createWorld({
    rates: { r: [rate] },
    allowances: [{ allowanceId: 'own', ...own }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(world)
  const sum = { charge: 0, information: 0, billed: 0, taken: 0, rest: 0 }
  for (const units of quantities) {
    const fields = { quantity: units, startMs: NOON, sessionKey: 's' }
    const rated = rater.rate(world.usage('A', 'call', fields), NOON)
    sum.charge += rated.chargeMicros
    sum.information += rated.informationChargeMicros
    sum.billed += rated.billedQuantity
    sum.taken += rated.takeQuantities.reduce((left, right) => left + right, 0)
    sum.rest += rated.outOfBundleQuantity
  }
  return sum
}

/** A and B are a group, C is alone; the plan has all own and pooled ones. */
function groupWorld(offered: readonly Allowance[]): World {
  const groups = [{ groupId: 'G', fromMs: 0, toMs: Infinity }]
  const idsOf = (isFixed: boolean) =>
    offered
      .filter(({ scope }) => (scope === 'group-fixed') === isFixed)
      .map(({ allowanceId }) => allowanceId)
  return createWorld({
    rates: { r: [{ steps: [{ from: 0, price: '0.01', per: 1, increment: 1 }] }] },
    allowances: offered,
    plans: { plan: { rates: { call: 'r' }, allowanceIds: idsOf(false) } },
    groups: [{ groupId: 'G', allowanceIds: idsOf(true) }],
    subscriptions: [
      { subscriptionId: 'A', groups },
      { subscriptionId: 'B', groups },
      { subscriptionId: 'C' },
    ],
  })
}
