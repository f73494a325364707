import { expect, test } from 'vitest'
import { createLaneIndex, firstLane, firstLanes, setFirstLane } from './lane-index.ts'
import { createHome, createSums, NO_SLOT, takeRecord } from './sums.ts'

const CALL_TYPES_COUNT = 50
const GUARD = 12_345

test('the last lane of each call type is found, however many a subscription uses', () => {
  const [sums, home, index] = [createSums(), createHome(), createLaneIndex(2)]
  const guards: number[] = []
  const put = (callTypeIndex: number, lane: number): void => {
    setFirstLane(index, sums, home, { subscriptionIndex: 1, callTypeIndex, lane })
    guards.push(takeRecord(sums, home, [GUARD])) // What comes next stands right behind the list.
  }
  for (let callType = 0; callType < CALL_TYPES_COUNT; callType += 1) put(callType, callType + 100)
  put(3, 999)
  const found = Array.from({ length: CALL_TYPES_COUNT + 1 }, (_, callType) =>
    firstLane(index, sums.values, 1, callType),
  )
  const expected = Array.from({ length: CALL_TYPES_COUNT }, (_, callType) => callType + 100)
  expect(found).toEqual([...expected.with(3, 999), NO_SLOT])
  expect(firstLanes(index, sums.values, 1)).toEqual(expected.with(3, 999))
  expect(guards.map((slot) => sums.values[slot])).toEqual(guards.map(() => GUARD))
  expect(sums.usedCount).toBeLessThan(20 * CALL_TYPES_COUNT)
})

test('a subscription without lanes, or that does not exist, has none', () => {
  const { values } = createSums()
  const index = createLaneIndex(1)
  expect(firstLane(index, values, 0, 0)).toBe(NO_SLOT)
  expect(firstLane(index, values, -1, 0)).toBe(NO_SLOT)
  expect(firstLanes(index, values, 0)).toEqual([])
})
