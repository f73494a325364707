import { expect, test } from 'vitest'
import { createWorld } from '../../../test/rating/world.ts'
import { allowanceOf, keySpansPeriods } from './allowance-of-key.ts'

const world = createWorld({
  subscriptions: [],
  allowances: [
    { allowanceId: 'month' },
    { allowanceId: 'rolling', rolloverPeriods: 1 },
    { allowanceId: 'life', period: 'lifetime', lifetimeMonths: 3 },
  ],
})

test.each([
  ['month|A|20758', false],
  ['rolling|A|20758', true],
  ['life|A|20758', true],
  ['gone|A|20758', true],
] as const)('%s can be used by several periods: %s', (key, spans) => {
  expect(keySpansPeriods(world, key)).toBe(spans)
})

test('an allowance is found by the first part of its key', () => {
  expect(allowanceOf(world, 'life|A|20758')?.lifetimeMonths).toBe(3)
  expect(allowanceOf(world, 'gone|A|20758')).toBeUndefined()
})
