/** Whatever one record says, the sums stay exact and the records after it are rated. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALWAYS, createWorld, step } from '../../../test/rating/world.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { createRater } from '../create-rater.ts'
import type { Rater } from '../rater.ts'
import { SUM_MAX } from './price-in-range.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const NOVEMBER = 20_758 // 2026-11-01, in days since 1970-01-01.
const PETABYTE = 10 ** 15
const MEGABYTE = 10 ** 6

const tiers = [
  { from: 0, price: '0', per: 1 },
  { from: 10 * MEGABYTE, price: '14.95', per: MEGABYTE },
]
const scope = 'subscription'
const FREE = { connectFee: '0', minimum: undefined, maximum: undefined }
const rates = {
  data: [{ steps: [step('14.95', MEGABYTE)] }],
  free: [{ steps: [step('0', MEGABYTE)] }],
  coarse: [{ steps: [step('0'), step('0', 1, 3 * 2 ** 50, 2 ** 40)] }],
  info: [{ steps: [step('0', 1)], information: { ...FREE, steps: [step('1')] } }],
  graduated: [{ model: { type: 'graduated', scope, tiers } as const }],
  volume: [{ model: { type: 'volume', scope, tiers } as const }],
  package: [{ model: { type: 'package', scope, price: '5', size: MEGABYTE } as const }],
  percentage: [
    {
      model: {
        type: 'percentage',
        scope,
        tiers: [{ from: 0, percentHundredths: 1_000_000 }],
        freeUnits: 0,
        freeTransactions: 0,
        fixed: '0',
        minimum: undefined,
        maximum: undefined,
      } as const,
    },
  ],
}
type RateId = keyof typeof rates
const rateIds = Object.keys(rates) as RateId[]
const callTypes = [...rateIds, 'taken', 'paid'].map((id) => ({ id, kind: 'data' as const }))
const world = createWorld({
  callTypes,
  rates,
  allowances: [
    { allowanceId: 'all', unit: 'byte', amount: Infinity, callTypes: ['taken'] },
    { allowanceId: 'credit', unit: 'money', amount: 1_000_000, callTypes: ['paid'] },
  ],
  plans: {
    plan: {
      rates: {
        ...Object.fromEntries(rateIds.map((id) => [id, id])),
        taken: 'free',
        paid: 'data',
      },
      allowanceIds: ['all', 'credit'],
    },
  },
  subscriptions: [{ subscriptionId: 'A', product: 'mobile' }],
})
const request = { accountId: 'acc', fromPeriodStartDay: NOVEMBER, toPeriodStartDay: NOVEMBER }

/** In no particular order, as a rater gives them. */
function sumsOf(rater: Rater): string[] {
  const { takes, usage, sessions, crossings } = rater.totals(request)
  return [...takes, ...usage, ...sessions, ...crossings].map((each) => JSON.stringify(each)).sort()
}

function usageOf(callType: string, quantity: number, sessionKey = ''): Usage {
  return world.usage('A', callType, { kind: 'data', quantity, startMs: NOON, sessionKey })
}

test.each`
  callType        | quantity        | rule
  ${'data'}       | ${PETABYTE}     | ${'a petabyte at 14.95 for each megabyte'}
  ${'free'}       | ${SUM_MAX + 1}  | ${'more than a period may add up to, free of charge'}
  ${'coarse'}     | ${2 ** 41}      | ${'what is rounded up beyond it'}
  ${'graduated'}  | ${PETABYTE}     | ${'a graduated price'}
  ${'volume'}     | ${PETABYTE}     | ${'a volume price'}
  ${'package'}    | ${2 * PETABYTE} | ${'blocks'}
  ${'percentage'} | ${PETABYTE}     | ${'a share of an amount'}
  ${'taken'}      | ${SUM_MAX + 1}  | ${'what an unlimited bundle covers'}
  ${'paid'}       | ${PETABYTE}     | ${'what a credit would pay a little of'}
`('$rule is rejected, and nothing of it is in a balance', ({ callType, quantity }) => {
  for (const sessionKey of ['', 's']) {
    const rater = createRater(world)
    const fresh = createRater(world)
    const absurd = usageOf(callType, quantity, sessionKey)
    const small = usageOf(callType, 3 * MEGABYTE, sessionKey)
    const first = structuredClone(rater.rate(small, NOON))
    const explained = rater.explain(absurd, NOON)
    expect(rater.rate(absurd, NOON)).toMatchObject({
      outcome: 'rejected',
      reason: 'charge_out_of_range',
      chargeMicros: 0,
      takeKeys: [],
      crossings: [],
    })
    expect(explained.result.reason).toBe('charge_out_of_range')
    expect(first.outcome).toBe('rated')
    const second = structuredClone(rater.rate(small, NOON))
    expect([first, second]).toEqual([
      structuredClone(fresh.rate(small, NOON)),
      structuredClone(fresh.rate(small, NOON)),
    ])
    expect(rater.totals(request)).toEqual(fresh.totals(request))
  }
})

test('many large records stop at the last that the sum can hold', () => {
  const rater = createRater(world)
  const outcomes = Array.from(
    { length: 5 },
    () => rater.rate(usageOf('free', PETABYTE), NOON).outcome,
  )
  expect(outcomes).toEqual(['rated', 'rated', 'rejected', 'rejected', 'rejected'])
  expect(rater.rate(usageOf('free', MEGABYTE), NOON).outcome).toBe('rated')
  expect(rater.totals(request).usage[0]?.quantity).toBe(2 * PETABYTE + MEGABYTE)
})

test('what the period will be settled at is in range, too', () => {
  // The second costs next to nothing when it comes, and takes all of it to a tier of 14.95.
  const many = createWorld({
    callTypes: [{ id: 'call', kind: 'data' }],
    rates: {
      r: [
        {
          model: {
            type: 'volume',
            scope,
            tiers: [
              { from: 0, price: '0', per: 1 },
              { from: PETABYTE, price: '14.95', per: MEGABYTE },
            ],
          },
        },
      ],
    },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const settling = createRater(many)
  const part = (quantity: number) =>
    settling.rate(many.usage('A', 'call', { quantity, startMs: NOON }), NOON).outcome
  expect([part(PETABYTE - 1), part(1), part(0)]).toEqual(['rated', 'rejected', 'rated'])
})

test('a sum that several call types feed is in range, too', () => {
  // Neither cell is too large: the spend of the account is.
  const quantity = 100_000_000 * MEGABYTE
  const rater = createRater(world)
  const outcomes = ['data', 'paid', 'data'].map(
    (callType) => rater.rate(usageOf(callType, quantity), NOON).outcome,
  )
  expect(outcomes).toEqual(['rated', 'rejected', 'rejected'])
})

test('whatever comes between, the others are rated as if it had not come', () => {
  const calm = fc.record({
    callType: fc.constantFrom(...callTypes.map(({ id }) => id)),
    quantity: fc.nat(20 * MEGABYTE),
    sessionKey: fc.constantFrom('', 's', 't'),
  })
  const absurd = calm.map((each) => ({ ...each, quantity: Number.MAX_SAFE_INTEGER }))
  fc.assert(
    fc.property(fc.array(fc.oneof(calm, absurd), { maxLength: 30 }), (list) => {
      const [disturbed, alone] = [createRater(world), createRater(world)]
      for (const { callType, quantity, sessionKey } of list) {
        const usage = usageOf(callType, quantity, sessionKey)
        const rated = structuredClone(disturbed.rate(usage, NOON))
        if (quantity === Number.MAX_SAFE_INTEGER) expect(rated.outcome).toBe('rejected')
        else expect(rated).toEqual(structuredClone(alone.rate(usage, NOON)))
      }
      expect(sumsOf(disturbed)).toEqual(sumsOf(alone))
    }),
  )
})

test('a time that the ledger cannot hold is rejected, and nobody asks for its balances', () => {
  const eternal = createWorld({
    rates: { r: [{ steps: [step('1')] }] },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [
      {
        subscriptionId: 'A',
        activatedMs: -Infinity,
        plans: [{ planId: 'plan', ...ALWAYS, fromMs: -Infinity }],
      },
    ],
  })
  for (const startMs of [Number.MAX_SAFE_INTEGER, Date.UTC(2149, 0, 1), -1, 1.5]) {
    const rater = createRater(eternal)
    const usage = eternal.usage('A', 'call', { startMs })
    expect(rater.missingBalances([usage])).toEqual([])
    expect(rater.rate(usage, NOON)).toMatchObject({ outcome: 'rejected', reason: 'invalid_time' })
  }
})

test('a call of a thousand years is not cut into the bands of all its days', () => {
  const banded = createWorld({
    rates: {
      r: [
        {
          steps: [step('0')],
          split: true,
          bands: [
            {
              name: 'day',
              days: [1],
              fromMinute: 480,
              toMinute: 1080,
              connectFee: '0',
              steps: [step('1')],
            },
          ],
        },
      ],
    },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const call = (quantity: number) =>
    createRater(banded).rate(banded.usage('A', 'call', { quantity, startMs: NOON }), NOON)
  expect(call(365_250 * 86_400)).toMatchObject({ reason: 'charge_out_of_range' })
  expect(call(3_653 * 86_400 + 1)).toMatchObject({ reason: 'charge_out_of_range' })
  expect(call(3_653 * 86_400)).toMatchObject({ outcome: 'rated' })
})
