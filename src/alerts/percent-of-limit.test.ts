import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentOfLimit } from './percent-of-limit.ts'

test('a limit is at 100 percent when it is reached and not before, whatever its size', () => {
  expect(percentOfLimit({ used: 49_999_999, amount: 50_000_000 })).toBe(99)
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (used, amount) => {
      expect(percentOfLimit({ used, amount }) >= 100).toBe(used >= amount)
    }),
  )
})
