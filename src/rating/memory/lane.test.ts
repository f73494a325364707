import { expect, test } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import { laneAt, LANE } from './lane.ts'
import { createRating, priceRating } from '../price/price-rating.ts'
import { createRatingState } from './rating-state.ts'

const NOON = Date.UTC(2026, 10, 10, 11) // 12:00 in Amsterdam.

test('a stretch has one lane: from its first instant to the last before the next', () => {
  const world = createWorld({
    rates: {
      r: [
        { steps: [step('0.01')], fromMs: 0, toMs: NOON },
        { steps: [step('0.02')], fromMs: NOON, toMs: Infinity },
      ],
    },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [{ subscriptionId: 'A' }],
  })
  const state = createRatingState(world.catalogue, world.directory)
  const rating = createRating()
  const lanes = [NOON + 1, NOON, NOON - 1, NOON + 1, NOON, NOON - 1].map((startMs) =>
    priceRating(state, world.usage('A', 'call', { startMs }), rating),
  )
  expect(state.lanes.length).toBe(2)
  const [later, earlier] = new Set(lanes)
  expect(lanes).toEqual([later, later, earlier, later, later, earlier])
  const { values } = state.sums
  expect([values[later! + LANE.fromMs], values[earlier! + LANE.toMs]]).toEqual([NOON, NOON])
  expect(laneAt(state, earlier!).rate.source.steps[0]?.price).toBe('0.01')
})
