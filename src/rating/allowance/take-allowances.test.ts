import { describe, expect, test } from 'vitest'
import { UNIT } from '../memory/lane.ts'
import { createTakes, makeRoom, takeAllowances, takeMoney } from './take-allowances.ts'

/** Records of allowances as a lane keeps them; what was used of each comes before them. */
function records(...units: { used: number; amount: number; increment?: number; next?: number }[]): {
  values: Float64Array
  slot: number
} {
  const keyNumber = 0
  const values = units.flatMap(({ amount, increment = 1, next = Infinity }, index) => [
    index,
    amount,
    next,
    increment,
    keyNumber,
  ])
  return {
    values: Float64Array.from([...units.map(({ used }) => used), ...values]),
    slot: units.length,
  }
}

function taken(
  units: Parameters<typeof records>,
  quantity: number,
  aheadQuantity = 0,
): { takes: number[][]; rest: number; ahead: number } {
  const { values, slot } = records(...units)
  const takes = createTakes()
  makeRoom(takes, units.length)
  takeAllowances(values, slot, units.length, quantity, aheadQuantity, takes)
  return {
    takes: Array.from({ length: takes.count }, (_, index) => [
      takes.positions[index] ?? NaN,
      takes.quantities[index] ?? NaN,
    ]),
    rest: takes.outOfBundleQuantity,
    ahead: takes.aheadQuantity,
  }
}

/** Of a usage of 0, where so much was used of allowances of 100. */
function isZeroCovered(usedOf: readonly number[]): boolean {
  const { values, slot } = records(...usedOf.map((used) => ({ used, amount: 100 })))
  const takes = createTakes()
  takeAllowances(values, slot, usedOf.length, 0, 0, takes)
  return takes.isZeroCovered
}

test('a record has as many numbers as its layout says', () => {
  expect(records({ used: 0, amount: 1 }).values.length).toBe(1 + UNIT.size)
})

describe('units', () => {
  test('come from each in turn, the boundary inside the usage', () => {
    const units = [
      { used: 60, amount: 100 },
      { used: 100, amount: 100 },
      { used: 0, amount: 100 },
    ]
    expect(taken(units, 90)).toEqual({ takes: [[0, 40], [2, 50]], rest: 0, ahead: 0 }) // prettier-ignore
    expect(taken(units, 190)).toEqual({ takes: [[0, 40], [2, 100]], rest: 50, ahead: 0 }) // prettier-ignore
    expect(taken(units, 0)).toEqual({ takes: [], rest: 0, ahead: 0 })
  })

  test('cover a usage of 0 where any of them has something left', () => {
    expect(isZeroCovered([100, 100, 100])).toBe(false)
    expect(isZeroCovered([])).toBe(false)
    for (const used of [
      [99, 100, 100],
      [100, 99, 100],
      [100, 100, 99],
    ]) {
      expect(isZeroCovered(used)).toBe(true)
    }
  })

  test('are counted in whole increments, and what is ahead is used first', () => {
    const units = [{ used: 0, amount: 150, increment: 60 }]
    expect(taken(units, 61)).toEqual({ takes: [[0, 120]], rest: 0, ahead: 59 })
    expect(taken(units, 61, 59)).toEqual({ takes: [[0, 60]], rest: 0, ahead: 58 })
    expect(taken(units, 50, 59)).toEqual({ takes: [], rest: 0, ahead: 9 })
    expect(taken(units, 160)).toEqual({ takes: [[0, 150]], rest: 10, ahead: 0 })
  })

  test('of a pool that shrank below its use are none, but its level is looked at', () => {
    expect(taken([{ used: 70, amount: 50, next: 0 }], 10).takes).toEqual([[0, 0]])
    expect(taken([{ used: 70, amount: 50 }], 10).takes).toEqual([])
  })

  test('come from as many allowances as there are', () => {
    const units = Array.from({ length: 1000 }, () => ({ used: 0, amount: 1 }))
    const all = taken(units, 1005)
    expect(all.takes.length).toBe(1000)
    expect(all.rest).toBe(5)
  })
})

test('room for takes only grows', () => {
  const takes = createTakes()
  const { positions } = takes
  makeRoom(takes, positions.length)
  expect(takes.positions).toBe(positions)
  makeRoom(takes, positions.length + 1)
  expect([takes.positions.length, takes.quantities.length]).toEqual([33, 33])
})

test('money is taken after the units, up to the charge', () => {
  const { values, slot } = records({ used: 5, amount: 10 }, { used: 0, amount: 10 })
  const takes = createTakes()
  takes.count = 1
  expect(takeMoney(values, slot, 2, 12, 4, takes)).toBe(12)
  expect([...takes.positions.subarray(0, takes.count)]).toEqual([0, 4, 5])
  expect([...takes.quantities.subarray(0, takes.count)]).toEqual([0, 5, 7])
  takes.count = 0
  expect(takeMoney(values, slot, 2, 20, 4, takes)).toBe(15)
})
