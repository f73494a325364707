import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bundlePercents,
  furthestOf,
  levelsOf,
  nextThreshold,
  percentOfLevel,
  reachedLevels,
  readLevels,
  repeatedAt,
  thresholdOf,
  writeLevels,
  type Level,
} from './limit-levels.ts'

test('a threshold is the smallest whole sum that reaches the level', () => {
  fc.assert(
    fc.property(fc.constantFrom(80, 100), fc.maxSafeNat(), (percent, amount) => {
      const threshold = BigInt(thresholdOf(percent, amount))
      const level = BigInt(percent) * BigInt(amount)
      expect(threshold * 100n >= level).toBe(true)
      expect((threshold - 1n) * 100n < level).toBe(true)
    }),
  )
})

test.each`
  code               | setting                                  | names
  ${'account-total'} | ${undefined}                             | ${[]}
  ${'account-total'} | ${{ amount: 0, levels: '50' }}           | ${[]}
  ${'account-total'} | ${{ amount: 50 }}                        | ${['100@50']}
  ${'account-total'} | ${{ amount: 50, levels: '50,80' }}       | ${['50@50', '80@50', '100@50']}
  ${'roaming-spend'} | ${undefined}                             | ${['80@50000000', '100@50000000', '100@100000000']}
  ${'roaming-spend'} | ${{ amount: 60_000_000 }}                | ${['80@60000000', '100@60000000', '100@100000000']}
  ${'roaming-spend'} | ${{ amount: 100_000_000 }}               | ${['80@100000000', '100@100000000']}
  ${'roaming-spend'} | ${{ amount: 100_000_000, levels: '50' }} | ${['50@100000000', '80@100000000', '100@100000000']}
  ${'roaming-spend'} | ${{ amount: 0 }}                         | ${[]}
`('$code of $setting has the levels $names', ({ code, setting, names }) => {
  expect(levelsOf(code, setting).map(({ name }) => name)).toEqual(names)
})

/** Adds up amounts as a meter does and returns what is told with each. */
function toldWith(levels: readonly Level[], amounts: readonly number[]): string[][] {
  const told = new Set<string>()
  const reported = { has: (name: string) => told.has(name), furthest: () => furthestOf(told, '') }
  let sum = 0
  return amounts.map((amount) => {
    sum += amount
    if (sum < nextThreshold(levels, reported)) return []
    const names = reachedLevels(levels, sum, reported).map(({ name }) => name)
    for (const name of names) told.add(name)
    return names
  })
}

test('each level once, one that repeats at each next step', () => {
  const levels = levelsOf('account-total', { amount: 50, levels: '50,+10' })
  expect(toldWith(levels, [24, 1, 25, 9, 1, 9, 31])).toEqual([
    [],
    ['50@50'],
    ['100@50'],
    [],
    ['+60@50'],
    [],
    ['+100@50'],
  ])
})

test('the next threshold is the one at which something is told: nothing below, something there', () => {
  const setting = fc.record({
    amount: fc.integer({ min: 1, max: 1_000 }),
    levels: fc
      .record({
        warnPercents: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }),
        everyAmount: fc.integer({ min: 0, max: 100 }),
      })
      .map(writeLevels),
  })
  fc.assert(
    fc.property(setting, fc.array(fc.nat({ max: 400 }), { maxLength: 12 }), (given, amounts) => {
      const levels = levelsOf('account-total', given)
      const names = toldWith(levels, amounts).flat()
      expect(new Set(names).size).toBe(names.length)
      const sum = amounts.reduce((total, amount) => total + amount, 0)
      const once = levels.filter(({ every }) => every === undefined)
      const reached = once.filter(({ threshold }) => sum >= threshold).map(({ name }) => name)
      expect(names.filter((name) => repeatedAt(name) === undefined).sort()).toEqual(reached.sort())
      const { everyAmount } = readLevels(given.levels)
      const steps = everyAmount === 0 ? 0 : Math.floor((sum - given.amount) / everyAmount)
      const furthest = steps > 0 ? given.amount + steps * everyAmount : -Infinity
      expect(furthestOf(names, '')).toBe(furthest)
    }),
  )
})

test.each([
  ['80', 80],
  ['100@50000000', 100],
  ['+115@100', 115],
  ['+1125@1000', 112],
])('the level %s is %d %% of its amount', (name, percent) => {
  expect(percentOfLevel(name)).toBe(percent)
})

test('a bundle is reported at 80 and 100 %', () => {
  expect(bundlePercents('voice-bundle')).toEqual([80, 100])
  expect(bundlePercents(undefined)).toEqual([])
})
