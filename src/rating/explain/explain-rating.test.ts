/** What explaining says is crossed is what rating reports; a property in test/rating holds the rest. */
import { expect, test } from 'vitest'
import { createWorld, step, type World } from '../../../test/rating/world.ts'
import { createRater } from '../create-rater.ts'

const OCTOBER_10_MS = Date.UTC(2026, 9, 10, 11)
const NOVEMBER_10_MS = Date.UTC(2026, 10, 10, 11)
const PRICED = { rates: { r: [{ steps: [step('0.10', 60)] }] } }

function explainedAndRated(world: World, startsMs: number[], quantity: number): string[][] {
  const rater = createRater(world)
  const last = startsMs.pop() ?? 0
  for (const startMs of startsMs) rater.rate(world.usage('A', 'call', { startMs }), startMs)
  const usage = world.usage('A', 'call', { quantity, startMs: last })
  const { result } = rater.explain(usage, last)
  return [[...result.crossings], [...rater.rate(usage, last).crossings]]
}

function limitedFrom(fromMs: number): World {
  return createWorld({
    ...PRICED,
    modules: {
      extra: { rates: { call: 'r' }, limit: { unit: 'second', step: 1, callTypes: ['call'] } },
    },
    plans: { plan: { rates: { call: 'r' } } },
    subscriptions: [
      { subscriptionId: 'A', modules: [{ moduleId: 'extra', fromMs, toMs: Infinity }] },
    ],
    limits: [{ code: 'module-volume', scopeId: 'A', subject: 'extra', amount: 50 }],
  })
}

test('a level that two windows of an allowance reach with one usage is crossed once', () => {
  const world = createWorld({
    ...PRICED,
    allowances: [{ allowanceId: 'own', amount: 100, rolloverPeriods: 1, watchedBy: 'data-bundle' }],
    plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
    subscriptions: [{ subscriptionId: 'A', activatedMs: OCTOBER_10_MS }],
  })
  const crossings = [
    'data-bundle|A|own|subscription|80|100|100',
    'data-bundle|A|own|subscription|100|100|100',
  ]
  expect(explainedAndRated(world, [OCTOBER_10_MS, NOVEMBER_10_MS], 200)).toEqual([
    crossings,
    crossings,
  ])
})

test("a module's limit is not crossed by usage of before the module", () => {
  const before = explainedAndRated(limitedFrom(NOVEMBER_10_MS + 1), [NOVEMBER_10_MS], 200)
  expect(before).toEqual([[], []])
  const after = explainedAndRated(limitedFrom(NOVEMBER_10_MS), [NOVEMBER_10_MS], 200)
  expect(after[0]).toEqual(after[1])
  expect(after[0]).not.toEqual([])
})
