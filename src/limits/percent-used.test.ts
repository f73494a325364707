import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentUsed } from './percent-used.ts'

test('a limit is at 100 percent when it is reached and not before, whatever its size', () => {
  expect(percentUsed(49_999_999, 50_000_000)).toBe(99)
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: Number.MAX_SAFE_INTEGER }), (used, amount) => {
      expect((percentUsed(used, amount) ?? 0) >= 100).toBe(used >= amount)
    }),
  )
})

test('what has no bound has no percentage', () => {
  expect(percentUsed(5, Infinity)).toBeUndefined()
})
