/** What a rater answers to its callers; prices are in the golden tables of test/rating. */
import { expect, test } from 'vitest'
import { nothingRated } from '../core/usage/ledger-row.ts'
import { createWorld, step } from '../../test/rating/world.ts'
import { createRater } from './create-rater.ts'

const NOON = Date.UTC(2026, 10, 10, 11) // 12:00 in Amsterdam.
const NOVEMBER = 20_758 // 2026-11-01, in days since 1970-01-01.

const world = createWorld({
  rates: { r: [{ connectFee: '0.05', steps: [step('0.10', 60, 60)] }] },
  allowances: [{ allowanceId: 'own', amount: 100, watchedBy: 'data-bundle' }],
  plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
  subscriptions: [{ subscriptionId: 'A' }, { subscriptionId: 'B' }],
})
const call = world.usage('A', 'call', { quantity: 250, startMs: NOON })

test('a row tells period, rate, quantities, takes and crossings', () => {
  expect(createRater(world).rate(call, NOON)).toEqual({
    outcome: 'rated',
    reason: '',
    detail: '',
    periodStartDay: NOVEMBER,
    outOfBundleQuantity: 150,
    billedQuantity: 180,
    chargeMicros: 350_000,
    informationChargeMicros: 0,
    rateId: 'r',
    costMicros: 0,
    costRateId: '',
    takeKeys: [`own|A|${NOVEMBER}|subscription`],
    takeQuantities: [100],
    crossings: [
      'data-bundle|A|own|subscription|80|100|100',
      'data-bundle|A|own|subscription|100|100|100',
    ],
    late: false,
  })
})

test('a rejected row keeps nothing of the row before it', () => {
  const rater = createRater(world)
  rater.rate(call, NOON)
  expect(rater.rate({ ...call, callType: 'satellite', callTypeIndex: -1 }, NOON)).toEqual({
    ...nothingRated(),
    outcome: 'rejected',
    reason: 'call_type_unknown',
    detail: 'satellite',
  })
})

test('the result is the same object for every usage', () => {
  const rater = createRater(world)
  expect(rater.rate(call, NOON)).toBe(rater.rate(call, NOON))
})

test('an account-period is asked for once, and not again when it was restored', () => {
  const rater = createRater(world)
  const usages = [call, call, world.usage('B', 'call', { startMs: NOON })]
  const requests = rater.missingBalances(usages)
  expect(requests).toEqual([
    { accountId: 'acc', fromPeriodStartDay: NOVEMBER, toPeriodStartDay: NOVEMBER },
  ])
  for (const request of requests) {
    rater.restore(request, { takes: [], usage: [], sessions: [], crossings: [] })
  }
  expect(rater.missingBalances(usages)).toEqual([])
})

test('what was explained before its period was restored is asked for all the same', () => {
  const rater = createRater(world)
  rater.explain(call, NOON)
  const [request] = rater.missingBalances([call])
  expect(request?.accountId).toBe('acc')
  rater.restore(request!, { takes: [], usage: [], sessions: [], crossings: [] })
  rater.rate(call, NOON)
  expect(rater.missingBalances([call])).toEqual([])
  expect(rater.missingBalances([call])).toEqual([]) // Now the lane itself knows.
})

test('nobody has balances to restore', () => {
  expect(createRater(world).missingBalances([{ ...call, subscriptionIndex: -1 }])).toEqual([])
})

test('rollover reaches back and forward, and neighbours come in one request', () => {
  const rolling = createWorld({
    rates: { r: [{ steps: [step('1')] }] },
    allowances: [{ allowanceId: 'own', amount: 100, rolloverPeriods: 1 }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(rolling)
  const [october, november, december] = [20_727, NOVEMBER, 20_788]
  const first = { accountId: 'acc', fromPeriodStartDay: october, toPeriodStartDay: december }
  expect(rater.missingBalances([call])).toEqual([first])
  rater.restore(first, { takes: [], usage: [], sessions: [], crossings: [] })
  const inDecember = { ...call, startMs: NOON + 30 * 86_400_000 }
  expect(rater.missingBalances([inDecember])).toEqual([
    { accountId: 'acc', fromPeriodStartDay: 20_819, toPeriodStartDay: 20_819 },
  ])
  expect(november).toBe(NOVEMBER)
})

test('no remainder is lost, however many months and bundles a usage spans', () => {
  const rolling = { amount: 10, rolloverPeriods: 24 }
  const hoarder = createWorld({
    rates: { r: [{ steps: [step('0.10', 60, 60)] }] },
    allowances: [
      { allowanceId: 'a', ...rolling },
      { allowanceId: 'b', ...rolling },
      { allowanceId: 'credit', amount: 50_000, unit: 'money' },
    ],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['a', 'b', 'credit'] } },
    subscriptions: [{ subscriptionId: 'A', activatedMs: Date.UTC(2024, 9, 31, 23) }],
  })
  const usage = hoarder.usage('A', 'call', { startMs: NOON, quantity: 510 })
  const rated = createRater(hoarder).rate(usage, NOON)
  expect(rated).toMatchObject({ outOfBundleQuantity: 10, chargeMicros: 50_000 })
  expect(rated.takeQuantities).toEqual([...Array.from({ length: 50 }, () => 10), 50_000])
  expect(new Set(rated.takeKeys).size).toBe(51)
})

test('a lifetime reaches back to its beginning', () => {
  const lifelong = createWorld({
    rates: { r: [{ steps: [step('1')] }] },
    allowances: [{ allowanceId: 'sim', amount: 100, period: 'lifetime', lifetimeMonths: 3 }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['sim'] } },
    subscriptions: [{ subscriptionId: 'A', activatedMs: Date.UTC(2026, 8, 15) }],
  })
  expect(createRater(lifelong).missingBalances([call])).toEqual([
    { accountId: 'acc', fromPeriodStartDay: 20_697, toPeriodStartDay: 20_788 },
  ])
})

test('lifetimes of fifty years reach as far as they go', () => {
  const sim = { amount: 100, period: 'lifetime', lifetimeMonths: 600 } as const
  const ancient = createWorld({
    rates: { r: [{ steps: [step('1')] }] },
    allowances: [
      { allowanceId: 'old', ...sim },
      { allowanceId: 'new', ...sim },
    ],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['old'] } },
    modules: { module: { allowanceIds: ['new'] } },
    subscriptions: [
      {
        subscriptionId: 'A',
        activatedMs: Date.UTC(1976, 11, 15),
        modules: [{ moduleId: 'module', fromMs: NOON, toMs: Infinity }],
      },
    ],
  })
  const rater = createRater(ancient)
  const [request, ...others] = rater.missingBalances([call])
  const [december1976, november2076] = [2_526, 39_021]
  expect(others).toEqual([])
  expect(request).toEqual({
    accountId: 'acc',
    fromPeriodStartDay: december1976,
    toPeriodStartDay: november2076,
  })
  rater.restore(request!, { takes: [], usage: [], sessions: [], crossings: [] })
  expect(rater.missingBalances([call])).toEqual([])
})

test('totals are what the rows add up to', () => {
  const rater = createRater(world)
  rater.rate(call, NOON)
  const request = { accountId: 'acc', fromPeriodStartDay: NOVEMBER, toPeriodStartDay: NOVEMBER }
  expect(rater.totals(request)).toEqual({
    takes: [{ periodStartDay: NOVEMBER, key: `own|A|${NOVEMBER}|subscription`, quantity: 100 }],
    usage: [
      {
        periodStartDay: NOVEMBER,
        subscriptionId: 'A',
        callType: 'call',
        rateId: 'r',
        count: 1,
        quantity: 250,
        outOfBundleQuantity: 150,
        chargeMicros: 350_000,
        informationChargeMicros: 0,
      },
    ],
    sessions: [],
    crossings: [
      { periodStartDay: NOVEMBER, entry: 'data-bundle|A|own|subscription|80' },
      { periodStartDay: NOVEMBER, entry: 'data-bundle|A|own|subscription|100' },
    ],
  })
  const december = { accountId: 'acc', fromPeriodStartDay: 20_788, toPeriodStartDay: 20_788 }
  expect(rater.totals(december)).toEqual({ takes: [], usage: [], sessions: [], crossings: [] })
  expect(rater.totals({ ...request, accountId: 'nobody' }).usage).toEqual([])
})

test('a session that goes on after a change of plan is priced and added up by its first rate', () => {
  const changing = createWorld({
    rates: { old: [{ steps: [step('0.01')] }], new: [{ steps: [step('0.07')] }] },
    plans: { first: { rates: { call: 'old' } }, second: { rates: { call: 'new' } } },
    subscriptions: [
      {
        subscriptionId: 'A',
        plans: [
          { planId: 'first', fromMs: 0, toMs: NOON },
          { planId: 'second', fromMs: NOON, toMs: Infinity },
        ],
      },
    ],
  })
  const part = (startMs: number, quantity: number, sessionKey: string) =>
    changing.usage('A', 'call', { startMs, quantity, sessionKey })
  const rater = createRater(changing)
  const rated = [
    part(NOON, 5, 'other'),
    part(NOON - 1, 10, 's'),
    part(NOON, 20, 's'),
    part(NOON + 1, 30, 's'),
    part(NOON - 2, 1, 'other'), // Earlier than what came first: the whole is repriced.
    part(NOON + 2, 2, 'other'),
  ].map((usage) => {
    const { rateId, chargeMicros } = rater.rate(usage, NOON)
    return `${rateId} ${chargeMicros}`
  })
  expect(rated).toEqual([
    'new 350000',
    'old 100000',
    'old 200000',
    'old 300000',
    'old -290000',
    'old 20000',
  ])
  const request = { accountId: 'acc', fromPeriodStartDay: NOVEMBER, toPeriodStartDay: NOVEMBER }
  const sums = rater.totals(request).usage.map((each) => [each.rateId, each.quantity])
  expect(Object.fromEntries(sums)).toEqual({ old: 63, new: 5 })
})

test('a session that is restored in pieces goes on as one that was rated here', () => {
  const sessions = createWorld({
    rates: { r: [{ connectFee: '0.05', steps: [step('0.10', 60, 60)], minimum: '0.30' }] },
    allowances: [{ allowanceId: 'own', amount: 100, increment: 30 }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const request = { accountId: 'acc', fromPeriodStartDay: NOVEMBER, toPeriodStartDay: NOVEMBER }
  const part = (startMs: number, quantity: number) =>
    sessions.usage('A', 'call', { startMs, quantity, sessionKey: 's' })
  const parts = [part(NOON, 45), part(NOON - 60_000, 80), part(NOON + 60_000, 70)]
  const last = part(NOON + 120_000, 95)
  const whole = createRater(sessions)
  const restored = createRater(sessions)
  for (const usage of parts) {
    const rated = structuredClone(whole.rate(usage, NOON))
    const { takeKeys, takeQuantities } = rated
    const takes = takeKeys.map((key, index) => {
      return { periodStartDay: NOVEMBER, key, quantity: takeQuantities[index] ?? 0 }
    })
    const total = { ...usage, ...rated, count: 1, takes }
    restored.restore(request, { takes, usage: [total], sessions: [total], crossings: [] })
  }
  expect(restored.totals(request)).toEqual(whole.totals(request))
  expect(structuredClone(restored.rate(last, NOON))).toEqual(
    structuredClone(whole.rate(last, NOON)),
  )
})

test('late usage of an earlier day takes from the pass of its own day', () => {
  const passes = createWorld({
    rates: { r: [{ steps: [step('0.01')] }] },
    allowances: [{ allowanceId: 'pass', amount: 100, period: 'day' }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['pass'] } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(passes)
  const keys = [NOON, NOON - 86_400_000, NOON + 86_400_000, NOON].map((startMs) => {
    const usage = passes.usage('A', 'call', { startMs, quantity: 10 })
    return rater.rate(usage, NOON).takeKeys.join()
  })
  const day = NOVEMBER + 9
  expect(keys).toEqual([day, day - 1, day + 1, day].map((each) => `pass|A|${each}|subscription`))
})

test.each([
  { fromMs: NOON, toMs: Infinity, outcomes: 'rejected rated' },
  { fromMs: -Infinity, toMs: NOON, outcomes: 'rated rejected' },
])('a plan holds while the catalogue has it: $outcomes', ({ fromMs, toMs, outcomes }) => {
  const dated = createWorld({
    rates: { r: [{ steps: [step('0.01')] }] },
    plans: { plan: { rates: { call: 'r' }, validity: { fromMs, toMs } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const rater = createRater(dated)
  const found = [NOON - 1, NOON].map(
    (startMs) => rater.rate(dated.usage('A', 'call', { startMs }), NOON).outcome,
  )
  expect(found.join(' ')).toBe(outcomes)
})

test('an explanation gives the same result and leaves the balances alone', () => {
  const rater = createRater(world)
  const explained = rater.explain(call, NOON)
  expect(rater.explain(call, NOON)).toEqual(explained)
  expect(explained.result).toEqual(rater.rate(call, NOON))
  expect(explained.steps.map(({ rule, text }) => ({ rule, text }))).toEqual([
    {
      rule: 'subscription',
      text: 'A of acc, plan plan, modules none, period from 2026-11-01',
    },
    { rule: 'rate', text: 'call is priced by rate r of plan plan' },
    {
      rule: 'allowance',
      text: `100 from own|A|${NOVEMBER}|subscription, of which 0 of 100 were used`,
    },
    { rule: 'remainder', text: '150 of 250 remain out of bundle, from position 100' },
    { rule: 'step', text: '3 × 60 at 0.10 per 60 from 0' },
    { rule: 'connect fee', text: '0.05' },
    { rule: 'rounding', text: 'once, to 4 decimals, half-up' },
    { rule: 'charge', text: '0.350000' },
    { rule: 'limit', text: 'crosses data-bundle|A|own|subscription|80|100|100' },
    { rule: 'limit', text: 'crosses data-bundle|A|own|subscription|100|100|100' },
  ])
  // The same as figures, for whoever tells it in another language.
  expect(explained.steps.flatMap(({ fact }) => (fact === undefined ? [] : [fact.is]))).toEqual([
    'bundle',
    'rest',
    'step',
    'fee',
  ])
})

test('an explanation of a rejection says why', () => {
  const rejected = createRater(world).explain({ ...call, startMs: -1 }, NOON)
  expect(rejected.steps).toEqual([
    { rule: 'rejected', text: 'the subscription was not active at that moment: A' },
  ])
})
