import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundlePercents, levelsOf, thresholdOf } from './limit-levels.ts'

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
  code               | amount         | names
  ${'account-total'} | ${undefined}   | ${[]}
  ${'account-total'} | ${0}           | ${[]}
  ${'account-total'} | ${50}          | ${['100@50']}
  ${'roaming-spend'} | ${undefined}   | ${['80@50000000', '100@50000000', '100@100000000']}
  ${'roaming-spend'} | ${60_000_000}  | ${['80@60000000', '100@60000000', '100@100000000']}
  ${'roaming-spend'} | ${100_000_000} | ${['80@100000000', '100@100000000']}
  ${'roaming-spend'} | ${0}           | ${[]}
`('$code of $amount has the levels $names', ({ code, amount, names }) => {
  expect(levelsOf(code, amount).map(({ name }) => name)).toEqual(names)
})

test('a bundle is reported at 80 and 100 %', () => {
  expect(bundlePercents('voice-bundle')).toEqual([80, 100])
  expect(bundlePercents(undefined)).toEqual([])
})
