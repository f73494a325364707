/**
 * The numbers that rating adds up, side by side in one typed array: a usage touches a dozen of them,
 * and as fields of objects each would be a cache miss of its own (docs/decisions/0110 measures it).
 * Objects keep the slot of their first number; the layouts are with the objects.
 */
export interface Sums {
  /** Replaced when it grows: read it again for each usage. */
  values: Float64Array
  usedCount: number
}

const SLOTS_AT_FIRST = 4096

export function createSums(): Sums {
  return { values: new Float64Array(SLOTS_AT_FIRST), usedCount: 0 }
}

/** Slot of the first of `count` neighbouring numbers, all 0. */
export function takeSlots(sums: Sums, count: number): number {
  const slot = sums.usedCount
  sums.usedCount += count
  if (sums.usedCount > sums.values.length) {
    const grown = new Float64Array(Math.max(sums.values.length * 2, sums.usedCount))
    grown.set(sums.values)
    sums.values = grown
  }
  return slot
}

/** A record of several numbers. */
export function takeRecord(sums: Sums, numbers: readonly number[]): number {
  const slot = takeSlots(sums, numbers.length)
  sums.values.set(numbers, slot)
  return slot
}
