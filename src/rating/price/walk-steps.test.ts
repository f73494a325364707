import { describe, expect, test } from 'vitest'
import { step } from '../../../test/rating/world.ts'
import { compilePrices } from './price-table.ts'
import { chargeExactly, chargeOfCounts, clearCounts, walkSteps } from './walk-steps.ts'

const FREE = { connectFee: '0', steps: [], minimum: undefined, maximum: undefined }

function compiled(price: string, per: number, bounds = {}) {
  const steps = [step(price, per, 60), step(price, per, 7, 60)]
  const rounding = { decimals: 6, mode: 'half-up' } as const
  const { scale, tables } = compilePrices(
    { ...FREE, ...bounds },
    [{ connectFee: '0.05', steps }],
    rounding,
  )
  const [table] = tables
  if (table === undefined) throw new Error('one band gives one table')
  return { scale, table }
}

test('a walk of any length takes as many turns as there are steps', () => {
  const { table } = compiled('0.10', 60)
  const before = Date.now()
  expect(walkSteps(table, 0, 1e15, Infinity)).toBe(60 + Math.ceil((1e15 - 60) / 7) * 7)
  expect(Date.now() - before).toBeLessThan(1000) // 10^14 increments one by one would take days.
})

test('a walk stops before the increment that would begin at the end position', () => {
  const { table } = compiled('0.10', 60)
  expect(walkSteps(table, 60, 100, 74)).toBe(14)
  expect(walkSteps(table, 60, 100, 75)).toBe(21)
  expect(walkSteps(table, 75, 100, 75)).toBe(0)
})

test('a walk adds to the counts of walks before it, until they are cleared', () => {
  const { table } = compiled('0.10', 60)
  walkSteps(table, 0, 61, Infinity)
  walkSteps(table, 60, 14, Infinity)
  expect([...table.counts]).toEqual([1, 3])
  clearCounts([table])
  expect([...table.counts]).toEqual([0, 0])
})

describe('a charge', () => {
  test('is the same by numbers and by bigint', () => {
    const { scale, table } = compiled('0.123456789', 7, { minimum: '0.07', maximum: '90' })
    for (const quantity of [0, 1, 60, 61, 5000, 100_000]) {
      clearCounts([table])
      walkSteps(table, 0, quantity, Infinity)
      for (const fee of [table, undefined]) {
        for (const applyMinimum of [true, false]) {
          expect(chargeExactly(scale, [table], fee, applyMinimum)).toBe(
            chargeOfCounts(scale, [table], fee, applyMinimum),
          )
        }
      }
    }
  })

  test('beyond the exact range throws, and is never a near number', () => {
    const { scale, table } = compiled('5', 1)
    walkSteps(table, 0, 1e10, Infinity)
    expect(() => chargeOfCounts(scale, [table], table, true)).toThrow(/not an exact count/)
  })
})
