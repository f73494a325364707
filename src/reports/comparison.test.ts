import { expect, test } from 'vitest'
import { holds } from './comparison.ts'

test.each([
  [5, undefined, true],
  [5, { is: '>', value: 5 }, false],
  [6, { is: '>', value: 5 }, true],
  [5n, { is: '=', value: 5 }, true],
  [4n, { is: '<', value: 5 }, true],
  [9_007_199_254_740_993n, { is: '>', value: 9_007_199_254_740_992 }, true],
] as const)('%d %j: %s', (figure, comparison, isSo) => {
  expect(holds(figure, comparison)).toBe(isSo)
})
