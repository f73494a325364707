/**
 * Finds the lanes of a subscription: a short list of call types and slots, a record beside the
 * account's other numbers.
 */
import { NO_SLOT, takeSlots, type Home, type Sums } from './sums.ts'

/** Slots of the lists by subscription index, NO_SLOT where there is none. */
export type LaneIndex = Int32Array

/** How many pairs a list has room for, how many it has, and the pairs: call type index and slot. */
const LIST = { room: 0, count: 1, pairs: 2 } as const
const ROOM_AT_FIRST = 6

export function createLaneIndex(subscriptionsCount: number): LaneIndex {
  return new Int32Array(subscriptionsCount).fill(NO_SLOT)
}

/** Slot of the lane of the subscription and call type that was made last; NO_SLOT for none. */
export function firstLane(
  index: LaneIndex,
  values: Float64Array,
  subscriptionIndex: number,
  callTypeIndex: number,
): number {
  const list = index[subscriptionIndex] ?? NO_SLOT
  if (list === NO_SLOT) return NO_SLOT
  let at = list + LIST.pairs
  for (const end = at + values[list + LIST.count]! * 2; at < end; at += 2) {
    if (values[at] === callTypeIndex) return values[at + 1]!
  }
  return NO_SLOT
}

/** Puts the lane where `firstLane` finds it. */
export function setFirstLane(
  index: LaneIndex,
  sums: Sums,
  home: Home,
  place: { subscriptionIndex: number; callTypeIndex: number; lane: number },
): void {
  const { subscriptionIndex, callTypeIndex, lane } = place
  const list = roomyList(index, sums, home, subscriptionIndex)
  const { values } = sums
  const end = list + LIST.pairs + values[list + LIST.count]! * 2
  let at = list + LIST.pairs
  while (at < end && values[at] !== callTypeIndex) at += 2
  if (at === end) values[list + LIST.count]! += 1
  values[at] = callTypeIndex
  values[at + 1] = lane
}

/** Every first lane of the subscription. */
export function firstLanes(
  index: LaneIndex,
  values: Float64Array,
  subscriptionIndex: number,
): number[] {
  const list = index[subscriptionIndex] ?? NO_SLOT
  if (list === NO_SLOT) return []
  const pairs = list + LIST.pairs
  return Array.from({ length: values[list + LIST.count]! }, (_, at) => values[pairs + at * 2 + 1]!)
}

/** The subscription's list, with room for one more. */
function roomyList(index: LaneIndex, sums: Sums, home: Home, subscriptionIndex: number): number {
  const known = index[subscriptionIndex]!
  if (known !== NO_SLOT && sums.values[known + LIST.count]! < sums.values[known + LIST.room]!) {
    return known
  }
  const pairsCount = known === NO_SLOT ? 0 : sums.values[known + LIST.count]!
  const room = Math.max(ROOM_AT_FIRST, pairsCount * 2)
  const list = takeSlots(sums, home, LIST.pairs + room * 2)
  const { values } = sums
  if (known !== NO_SLOT) values.copyWithin(list, known, known + LIST.pairs + pairsCount * 2)
  values[list + LIST.room] = room
  values[list + LIST.count] = pairsCount
  index[subscriptionIndex] = list
  return list
}
