import { describe, expect, test } from 'vitest'
import { createAllowance } from '../../../test/rating/world.ts'
import { billingCalendar, dayFromIso } from '../../core/time/period.ts'
import { amountAt, ownAmount, pooledAmounts, prorate } from './allowance-amount.ts'

const calendar = billingCalendar('Europe/Amsterdam', 1)
const november = calendar.periodStarting(dayFromIso('2026-11-01'))
const at = (day: number, hour = 0): number => Date.UTC(2026, 10, day, hour) - 3_600_000

describe('proration by days', () => {
  test.each([
    [3000, 20, 30, 2000],
    [100, 1, 30, 4],
    [100, 30, 30, 100],
    [100, 31, 30, 100],
    [0, 1, 30, 0],
    [Infinity, 1, 30, Infinity],
    [9_007_199_254_740_991, 15, 30, 4_503_599_627_370_496],
  ])('%d for %d of %d days is %d, rounded up to the unit', (amount, days, ofDays, due) => {
    expect(prorate(amount, { days, ofDays })).toBe(due)
  })

  test('an activation counts its own day', () => {
    const allowance = createAllowance({ allowanceId: 'a', amount: 300, proration: 'daily' })
    expect(ownAmount(allowance, november, at(21, 23), calendar)).toBe(100)
    expect(ownAmount(allowance, november, at(1), calendar)).toBe(300)
    expect(ownAmount({ ...allowance, proration: 'none' }, november, at(21), calendar)).toBe(300)
  })
})

describe('a pool', () => {
  const allowance = createAllowance({ allowanceId: 'a', amount: 300, scope: 'group-pooled' })
  const daily = { ...allowance, proration: 'daily' } as const
  const amounts = (of: typeof allowance, ...spans: [number, number][]) => {
    const contributions = spans.map(([fromMs, toMs]) => ({ fromMs, toMs }))
    const changes = pooledAmounts(of, november, contributions, calendar)
    return [1, 10, 11, 20, 21, 30].map((day) => amountAt(changes, at(day, 12)))
  }

  test('of nobody is empty', () => {
    expect(amounts(allowance)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('grows and shrinks whole', () => {
    expect(amounts(allowance, [0, Infinity], [at(11, 15), at(21, 15)])).toEqual([
      300, 300, 600, 600, 300, 300,
    ])
  })

  test('does not depend on who is asked first', () => {
    const spans: [number, number][] = [[at(21), Infinity], [0, Infinity], [at(11), at(20)]] // prettier-ignore
    expect(amounts(allowance, ...spans)).toEqual([300, 300, 600, 300, 600, 600])
  })

  test('grows and shrinks by days', () => {
    expect(amounts(daily, [0, Infinity], [at(11), Infinity], [0, at(21)])).toEqual([
      600, 600, 800, 800, 700, 700,
    ])
  })

  test('is the same in whatever order its members are known', () => {
    expect(amounts(daily, [at(21), Infinity], [0, at(21)], [at(11), Infinity])).toEqual([
      300, 300, 500, 500, 500, 500,
    ])
  })

  test('is unlimited where the allowance is', () => {
    expect(amounts({ ...allowance, amount: Infinity }, [0, at(11)])).toEqual(
      Array.from({ length: 6 }, () => Infinity),
    )
  })

  test('that somebody joins and leaves on one day is not changed', () => {
    expect(amounts(daily, [at(11, 1), at(11, 5)])).toEqual([0, 0, 0, 0, 0, 0])
  })
})
