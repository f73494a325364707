/**
 * Takes a quantity from allowances in their order. One usage can span several, and the boundary may
 * fall inside it; nothing is written to the balances here, so that explaining can do the same.
 */
import { UNIT } from '../memory/lane.ts'

/** What one usage takes; reused for each usage. */
export interface Takes {
  /** Where the allowance stands in the lane: units first, then money. Replaced by a longer one. */
  positions: Int32Array
  quantities: Float64Array
  count: number
  /** Units that no allowance covered. */
  outOfBundleQuantity: number
  /** Of a usage of 0: some allowance has something left, so it is covered as any other would be. */
  isZeroCovered: boolean
  /** What is counted beyond the need, because an allowance counts in coarse units. */
  aheadQuantity: number
}

const ROOM_AT_FIRST = 32

export function createTakes(): Takes {
  return {
    positions: new Int32Array(ROOM_AT_FIRST),
    quantities: new Float64Array(ROOM_AT_FIRST),
    count: 0,
    outOfBundleQuantity: 0,
    isZeroCovered: false,
    aheadQuantity: 0,
  }
}

/** Makes room for a take from each of `count` allowances: one usage can span all of its lane. */
export function makeRoom(takes: Takes, count: number): void {
  if (takes.positions.length >= count) return
  takes.positions = new Int32Array(count)
  takes.quantities = new Float64Array(count)
}

/**
 * Fills `takes` with what a usage of `quantity` takes from the `count` allowances whose records
 * begin at `slot`. `aheadQuantity` units were counted for an earlier part of the same session and
 * are used up first. `takes` must have room for all of them.
 */
export function takeAllowances(
  values: Float64Array,
  slot: number,
  count: number,
  quantity: number,
  aheadQuantity: number,
  takes: Takes,
): void {
  takes.count = 0
  const fromAhead = Math.min(aheadQuantity, quantity)
  let needed = quantity - fromAhead
  let ahead = aheadQuantity - fromAhead
  for (let position = 0; position < count && needed > 0; position += 1) {
    const unit = slot + position * UNIT.size
    const left = leftOf(values, unit)
    if (left === 0 && !hasLevelToReport(values, unit)) continue
    const counted = roundUp(needed, values[unit + UNIT.increment]!)
    const taken = Math.min(counted, left)
    const covered = Math.min(needed, taken)
    addTake(takes, position, taken)
    needed -= covered
    ahead += taken - covered
  }
  takes.outOfBundleQuantity = needed
  takes.isZeroCovered = quantity === 0 && hasLeft(values, slot, count)
  takes.aheadQuantity = ahead
}

/**
 * Takes a charge from money allowances, in the same order; returns what they paid, in micros.
 * `firstPosition` is the position of the first of them in the lane.
 */
export function takeMoney(
  values: Float64Array,
  slot: number,
  count: number,
  chargeMicros: number,
  firstPosition: number,
  takes: Takes,
): number {
  let dueMicros = chargeMicros
  for (let index = 0; index < count && dueMicros > 0; index += 1) {
    const unit = slot + index * UNIT.size
    const left = leftOf(values, unit)
    if (left === 0 && !hasLevelToReport(values, unit)) continue
    const taken = Math.min(dueMicros, left)
    addTake(takes, firstPosition + index, taken)
    dueMicros -= taken
  }
  return chargeMicros - dueMicros
}

function hasLeft(values: Float64Array, slot: number, count: number): boolean {
  for (let position = 0; position < count; position += 1) {
    if (leftOf(values, slot + position * UNIT.size) > 0) return true
  }
  return false
}

/** 0 when the use exceeds a pool that has shrunk. */
function leftOf(values: Float64Array, unit: number): number {
  const left = values[unit + UNIT.amount]! - values[values[unit + UNIT.usedSlot]!]!
  return left > 0 ? left : 0
}

/** A pool that shrank below its use has crossed a level although nothing can be taken from it. */
function hasLevelToReport(values: Float64Array, unit: number): boolean {
  return values[values[unit + UNIT.usedSlot]!]! >= values[unit + UNIT.nextThreshold]!
}

function addTake(takes: Takes, position: number, quantity: number): void {
  takes.positions[takes.count] = position
  takes.quantities[takes.count] = quantity
  takes.count += 1
}

function roundUp(quantity: number, increment: number): number {
  return increment === 1 ? quantity : Math.ceil(quantity / increment) * increment
}
