/** Which terms of an allowance hold at a moment. */
import { expect, test } from 'vitest'
import { createAllowance } from '../../test/rating/world.ts'
import { allowanceAt } from './allowance-at.ts'

const terms = { fairUseAmount: undefined, callTypes: ['call'], priority: 10 }

test('the version of the moment, and none before the first', () => {
  const versions = [
    { ...terms, amount: 100, fromMs: 10, toMs: 20 },
    { ...terms, amount: 200, fromMs: 20, toMs: Infinity },
  ]
  const allowance = createAllowance({ allowanceId: 'a', versions })
  const amounts = [9, 10, 19, 20].map((atMs) => allowanceAt(allowance, atMs)?.amount)
  expect(amounts).toEqual([undefined, 100, 100, 200])
})

test('without versions it holds always', () => {
  expect(allowanceAt(createAllowance({ allowanceId: 'a', amount: 5 }), 0)?.amount).toBe(5)
})
