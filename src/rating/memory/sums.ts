/**
 * The numbers that rating adds up, side by side in one typed array: a usage touches a few dozen of
 * them, and as fields of objects each would be a cache miss of its own (docs/decisions/0110 and 0228
 * measure it). Objects keep the slot of their first number; the layouts are with the objects.
 */
export interface Sums {
  /** Replaced when it grows: read it again for each usage. */
  values: Float64Array
  /** With the room that homes have reserved. */
  usedCount: number
  /** Keys of balances and sessions; records name them by their position here. */
  readonly texts: string[]
}

/** Room of one account: what is used together is found on the same pages of memory. */
export interface Home {
  nextSlot: number
  endSlot: number
}

/** Stands in a record where it could name another one. */
export const NO_SLOT = -1

const SLOTS_AT_FIRST = 4096
/** Two kilobytes: about what one subscription needs for a month. */
const HOME_NUMBERS = 256

export function createSums(): Sums {
  return { values: new Float64Array(SLOTS_AT_FIRST), usedCount: 0, texts: [] }
}

export function createHome(): Home {
  return { nextSlot: 0, endSlot: 0 }
}

/** Slot of the first of `count` neighbouring numbers, all 0. */
export function takeSlots(sums: Sums, home: Home, count: number): number {
  if (home.nextSlot + count > home.endSlot) {
    const size = Math.max(HOME_NUMBERS, count)
    home.nextSlot = reserve(sums, size)
    home.endSlot = home.nextSlot + size
  }
  const slot = home.nextSlot
  home.nextSlot += count
  return slot
}

/** A record of several numbers. */
export function takeRecord(sums: Sums, home: Home, numbers: readonly number[]): number {
  const slot = takeSlots(sums, home, numbers.length)
  sums.values.set(numbers, slot)
  return slot
}

/** Returns the number under which records name the text. */
export function keepText(sums: Sums, text: string): number {
  return sums.texts.push(text) - 1
}

function reserve(sums: Sums, count: number): number {
  const slot = sums.usedCount
  sums.usedCount += count
  if (sums.usedCount > sums.values.length) {
    const grown = new Float64Array(Math.max(sums.values.length * 2, sums.usedCount))
    grown.set(sums.values)
    sums.values = grown
  }
  return slot
}
