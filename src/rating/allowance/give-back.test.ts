/** Golden rows of the same are in fixtures/rating/sessions.txt. */
import { expect, test } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import { createRater } from '../create-rater.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
const NOVEMBER = 20_758

const prepaid = createWorld({
  rates: {
    day: [{ steps: [step('0.10')] }],
    night: [{ steps: [step('0.02')] }],
  },
  allowances: [{ allowanceId: 'credit', amount: 5_000_000, unit: 'money' }],
  plans: {
    late: { rates: { call: 'night' }, allowanceIds: ['credit'] },
    early: { rates: { call: 'day' }, allowanceIds: ['credit'] },
  },
  subscriptions: [
    {
      subscriptionId: 'A',
      plans: [
        { planId: 'late', fromMs: 0, toMs: NOON },
        { planId: 'early', fromMs: NOON, toMs: Infinity },
      ],
    },
  ],
})

test('an explanation says to which credit a session gives back', () => {
  const part = { sessionKey: 's', quantity: 10 }
  const rater = createRater(prepaid)
  rater.rate(prepaid.usage('A', 'call', { ...part, startMs: NOON }), NOON)
  const earlier = prepaid.usage('A', 'call', { ...part, startMs: NOON - 1 })
  const { steps, result } = rater.explain(earlier, NOON)
  const text = `0.600000 goes back to credit|A|${NOVEMBER}|subscription: the session became cheaper`
  expect(steps).toContainEqual({ rule: 'money allowance', text })
  expect(result).toMatchObject({ takeQuantities: [-600_000], chargeMicros: 0 })
})

test('a session that was charged less than nothing is made whole by its next part', () => {
  // Rows as a build before wrote them: 1.00 paid by credit, then an earlier part at −0.60.
  const rater = createRater(prepaid)
  const next = prepaid.usage('A', 'call', { sessionKey: 's', quantity: 10, startMs: NOON + 1 })
  const [request] = rater.missingBalances([next])
  const sums = { quantity: 20, outOfBundleQuantity: 20, informationChargeMicros: 0 }
  const each = { quantity: 10, outOfBundleQuantity: 10, informationChargeMicros: 0, count: 1 }
  const of = { periodStartDay: NOVEMBER, subscriptionId: 'A', callType: 'call' }
  const key = `credit|A|${NOVEMBER}|subscription`
  const takes = [{ periodStartDay: NOVEMBER, key, quantity: 1_000_000 }]
  rater.restore(request!, {
    takes,
    usage: [
      { ...of, ...each, rateId: 'day', chargeMicros: 0 },
      { ...of, ...each, rateId: 'night', chargeMicros: -600_000 },
    ],
    sessions: [
      {
        ...of,
        sessionKey: 's',
        rateId: 'night',
        startMs: NOON - 1,
        takes,
        ...sums,
        billedQuantity: 20,
        chargeMicros: -600_000,
      },
    ],
    crossings: [],
  })
  // Thirty at 0.02 are 0.60: credit keeps 0.60 of its 1.00, and the charges are 0 in all.
  const rated = rater.rate(next, NOON)
  expect(rated).toMatchObject({ takeQuantities: [-400_000], chargeMicros: 600_000 })
})
