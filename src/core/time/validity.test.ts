import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allValidAt,
  commonDays,
  covers,
  endedAt,
  holdsAt,
  holdsOn,
  isWithin,
  joined,
  openFrom,
  overlap,
  overlaps,
  stretchAround,
  validAt,
  type Validity,
} from './validity.ts'

const october = { fromMs: 100, toMs: 200 }

describe('from its first instant on, and no longer at its end', () => {
  test.each`
    instant | holds
    ${99}   | ${false}
    ${100}  | ${true}
    ${199}  | ${true}
    ${200}  | ${false}
  `('at $instant: $holds', ({ instant, holds }) => {
    expect(isWithin(instant, 100, 200)).toBe(holds)
    expect(holdsAt(october, instant)).toBe(holds)
    expect(holdsOn({ fromDay: 100, toDay: 200 }, instant)).toBe(holds)
    expect(overlaps(october, { fromMs: instant, toMs: instant + 1 })).toBe(holds)
    expect(validAt([october], instant)).toBe(holds ? october : undefined)
    expect(allValidAt([october, october], instant)).toHaveLength(holds ? 2 : 0)
  })

  test('what is open holds for ever, what ends where it begins never', () => {
    expect(holdsAt(openFrom(100), Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(holdsAt({ fromMs: 100, toMs: 100 }, 100)).toBe(false)
  })
})

test('what holds ends at the moment, what would begin then never does', () => {
  const ones = [october, { fromMs: 150, toMs: Infinity }, { fromMs: 50, toMs: 80 }]
  expect(endedAt(ones, 150)).toEqual([
    { fromMs: 100, toMs: 150 },
    { fromMs: 50, toMs: 80 },
  ])
})

test('two months that follow each other have nothing in common, and join', () => {
  const november = { fromMs: 200, toMs: 300 }
  expect(overlap(october, november)).toBeUndefined()
  expect(overlaps(october, november)).toBe(false)
  expect(joined([november, october, { fromMs: 301, toMs: 302 }])).toEqual([
    { fromMs: 100, toMs: 300 },
    { fromMs: 301, toMs: 302 },
  ])
})

test('days in common may be none', () => {
  const days = { fromDay: 1, toDay: 5 }
  expect(commonDays(days, { fromDay: 4, toDay: 9 })).toEqual({ fromDay: 4, toDay: 5 })
  expect(commonDays(days, { fromDay: 7, toDay: 9 })).toEqual({ fromDay: 7, toDay: 5 })
})

const stretch = fc
  .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 50 }))
  .map(([fromMs, length]): Validity => ({ fromMs, toMs: fromMs + length }))

test('an instant is in an overlap when it is in both, and in what is joined when it is in one', () => {
  fc.assert(
    fc.property(stretch, stretch, fc.integer({ min: 0, max: 101 }), (left, right, instantMs) => {
      const both = holdsAt(left, instantMs) && holdsAt(right, instantMs)
      const common = overlap(left, right)
      expect(common !== undefined && holdsAt(common, instantMs)).toBe(both)
      expect(overlaps(left, right)).toBe(common !== undefined)
      expect(common === undefined || (covers(left, common) && covers(right, common))).toBe(true)
      expect(covers(left, right)).toBe(holdsAt(left, right.fromMs) && holdsAt(left, right.toMs - 1))
      const either = holdsAt(left, instantMs) || holdsAt(right, instantMs)
      expect(validAt(joined([left, right]), instantMs) !== undefined).toBe(either)
    }),
  )
})

test('in a stretch around an instant the same things hold all the time', () => {
  const instants = fc.integer({ min: 0, max: 101 })
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 5 }), instants, instants, (ones, atMs, otherMs) => {
      const around = stretchAround(atMs, ones)
      expect(holdsAt(around, atMs)).toBe(true)
      if (holdsAt(around, otherMs)) {
        expect(allValidAt(ones, otherMs)).toEqual(allValidAt(ones, atMs))
      }
    }),
  )
})
