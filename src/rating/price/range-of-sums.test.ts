/** Each sum may be as large as the range allows, exactly, and the record that would pass it is named. */
import { expect, test } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import { createRater } from '../create-rater.ts'
import { SUM_MAX } from './price-in-range.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const CHANGE = Date.UTC(2026, 10, 9)
const HALF = SUM_MAX / 2
const QUARTER = SUM_MAX / 4

const scope = 'account'
const free = step('0')
const BOUNDS = { connectFee: '0', minimum: undefined, maximum: undefined }
/** Two micros a unit, so that charges reach their bound before quantities do. */
const dear = step('0.000002')
const rates = {
  free: [{ steps: [free] }],
  dear: [{ decimals: 6, steps: [dear] }],
  info: [{ decimals: 6, steps: [free], information: { ...BOUNDS, steps: [dear] } }],
  both: [{ decimals: 6, steps: [dear], information: { ...BOUNDS, steps: [dear] } }],
  halves: [{ steps: [step('0', 1, HALF)] }],
  threeQuarters: [{ steps: [step('0', 1, 3 * QUARTER)] }],
  wholes: [{ steps: [step('0', 1, SUM_MAX)] }],
  doubles: [{ steps: [step('0', 1, 2 * SUM_MAX)] }],
  total: [
    { model: { type: 'graduated', scope, tiers: [{ from: 0, price: '0', per: 1 }] } as const },
  ],
  older: [
    { steps: [free], toMs: CHANGE },
    { steps: [dear], decimals: 6, fromMs: CHANGE },
  ],
}
const callTypes = [
  ...Object.keys(rates),
  'also',
  'turned',
  'bundled',
  'bundledToo',
  'paid',
  'half',
].map(
  // Limits watch each kind by itself, an allowance may cover both.
  (id) => ({ id, kind: id === 'bundledToo' ? ('voice' as const) : ('data' as const) }),
)
const world = createWorld({
  callTypes,
  rates,
  allowances: [
    { allowanceId: 'little', amount: 10, callTypes: ['bundled'], priority: 1 },
    { allowanceId: 'all', amount: Infinity, callTypes: ['bundled', 'bundledToo'] },
    { allowanceId: 'credit', unit: 'money', amount: Infinity, callTypes: ['paid'] },
    { allowanceId: 'first', unit: 'money', amount: HALF, callTypes: ['half'], priority: 1 },
    { allowanceId: 'second', unit: 'money', amount: Infinity, callTypes: ['half'], priority: 2 },
  ],
  plans: {
    plan: {
      rates: {
        ...Object.fromEntries(Object.keys(rates).map((id) => [id, id])),
        also: 'free',
        bundled: 'free',
        bundledToo: 'free',
        paid: 'dear',
        half: 'dear',
      },
      datedRates: [
        { callType: 'turned', rateId: 'total', fromMs: -Infinity, toMs: CHANGE },
        { callType: 'turned', rateId: 'free', fromMs: CHANGE, toMs: Infinity },
      ],
      allowanceIds: ['little', 'all', 'credit', 'first', 'second'],
    },
  },
  subscriptions: [{ subscriptionId: 'A' }, { subscriptionId: 'B' }],
  limits: [
    { code: 'sim-cap', scopeId: 'A', subject: 'data', amount: 1 },
    { code: 'account-total', scopeId: 'acc', amount: 1 },
  ],
})

/** With a day of November it is a part of a session. */
type Usage = readonly [subscription: 'A' | 'B', callType: string, quantity: number, day?: number]

function outcomeOf(usages: readonly Usage[]): string {
  const rater = createRater(world)
  let last = ''
  for (const [subscriptionId, callType, quantity, day] of usages) {
    const startMs = day === undefined ? NOON : NOON + (day - 10) * 86_400_000
    const sessionKey = day === undefined ? '' : 's'
    const usage = world.usage(subscriptionId, callType, { quantity, startMs, sessionKey })
    const { outcome, detail } = rater.rate(usage, NOON)
    last = outcome === 'rated' ? 'rated' : detail
  }
  return last
}

function tooLarge(sum: string): string {
  return `${sum} would be beyond ${SUM_MAX}`
}

test.each<[sum: string, filling: readonly Usage[], beyond: Usage]>([
  ['the quantity of the period', [['B', 'free', SUM_MAX]], ['B', 'free', 1]],
  ['the charge of the period', [['A', 'dear', HALF]], ['A', 'dear', 1]],
  ['the information charge of the period', [['A', 'info', HALF]], ['A', 'info', 1]],
  ['the billed quantity', [['A', 'wholes', 1]], ['A', 'doubles', 1]],
  ['the charge', [['A', 'paid', HALF]], ['B', 'paid', HALF + 1]],
  [
    'what the account spends in the period',
    [
      ['A', 'dear', QUARTER],
      ['B', 'info', QUARTER],
    ],
    ['A', 'both', 1],
  ],
  ['what the account spends in the period', [['A', 'both', QUARTER]], ['B', 'both', QUARTER + 1]],
  [
    'the sum that a limit watches',
    [
      ['A', 'free', HALF],
      ['A', 'also', HALF],
    ],
    ['A', 'also', 1],
  ],
  [
    'what is taken from an allowance',
    [
      ['B', 'bundled', 10], // All of the first bundle: then the second is asked.
      ['B', 'bundled', HALF],
      ['B', 'bundledToo', HALF],
    ],
    ['B', 'bundled', 1],
  ],
  [
    'the total that the price looks at',
    [
      ['A', 'total', HALF],
      ['B', 'total', HALF],
    ],
    ['B', 'total', 1],
  ],
  [
    'the total that the price looks at',
    [
      ['A', 'total', HALF],
      ['B', 'turned', HALF, 10],
    ],
    ['B', 'turned', 1, 8], // It brings its session to that total.
  ],
])('%s', (sum, filling, beyond) => {
  expect(outcomeOf(filling)).toBe('rated')
  expect(outcomeOf([...filling, beyond])).toBe(tooLarge(sum))
})

test('what a credit pays is not spent', () => {
  expect(
    outcomeOf([
      ['A', 'paid', HALF],
      ['A', 'dear', HALF],
    ]),
  ).toBe('rated')
})

test('a limit of money adds up money, one of use adds up use', () => {
  const many: Usage[] = [
    ['A', 'dear', 1],
    ['B', 'free', SUM_MAX],
    ['A', 'free', SUM_MAX - 1],
  ]
  expect(outcomeOf(many)).toBe('rated')
})

test('a session is in range, and a part of it in the period and at the rate of its beginning', () => {
  const halves: Usage[] = [
    ['A', 'halves', 1, 10],
    ['A', 'halves', HALF, 10],
  ]
  expect(outcomeOf(halves)).toBe('rated')
  const threeQuarters: Usage[] = [
    ['A', 'threeQuarters', 1, 10],
    ['A', 'threeQuarters', 3 * QUARTER, 10],
  ]
  expect(outcomeOf(threeQuarters)).toBe(tooLarge('the session'))
  const paid: Usage[] = [
    ['A', 'half', QUARTER, 10],
    ['A', 'half', QUARTER, 10],
  ]
  expect(outcomeOf(paid)).toBe('rated')
  expect(outcomeOf([...paid, ['A', 'half', 1, 10]])).toBe(tooLarge('the session'))
  const older: Usage[] = [
    ['A', 'older', HALF, 8],
    ['A', 'older', HALF, 10],
  ]
  expect(outcomeOf(older)).toBe('rated')
  expect(outcomeOf([...older, ['A', 'older', 1, 10]])).toBe(tooLarge('the quantity of the period'))
})
