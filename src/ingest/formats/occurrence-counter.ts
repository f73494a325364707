/**
 * How often a key came before in this file. Two records with the same key are two usages wherever a
 * format's key is not unique by contract (the segments of one long SMS share everything), so the key
 * gets the number of its occurrence, and a file that comes again gives the same numbers again.
 *
 * Memory is bounded: keys are kept as 64-bit hashes in two generations of KEYS_PER_GENERATION_MAX; a
 * key that comes back after more than that many other keys starts at its first number again, and the
 * ledger then finds a duplicate or a conflict instead of a second charge.
 */

export interface OccurrenceCounter {
  /** The key itself the first time, then `key#1`, `key#2`, … */
  numbered(key: string): string
}

/** 1 million keys are about 24 MB; two generations cover the records of several hours of a country. */
export const KEYS_PER_GENERATION_MAX = 1_048_576

export function createOccurrenceCounter(keysMax = KEYS_PER_GENERATION_MAX): OccurrenceCounter {
  let current = createTable(keysMax)
  let previous: CountTable | undefined

  return {
    numbered(key) {
      hashKey(key)
      if (current.size() >= keysMax) {
        previous = current
        current = createTable(keysMax)
      }
      let earlier = current.increment(hashHigh, hashLow)
      if (earlier === 0 && previous !== undefined) {
        earlier = previous.count(hashHigh, hashLow)
        if (earlier > 0) current.raise(hashHigh, hashLow, earlier)
      }
      return earlier === 0 ? key : `${key}#${earlier}`
    },
  }
}

interface CountTable {
  size(): number
  /** Counts one more; returns the count before. */
  increment(high: number, low: number): number
  count(high: number, low: number): number
  raise(high: number, low: number, by: number): void
}

/** Open addressing over three typed arrays that double until the table holds `keysMax` keys. */
function createTable(keysMax: number): CountTable {
  let slotsCount = 1_024
  let highs = new Int32Array(slotsCount)
  let lows = new Int32Array(slotsCount)
  let counts = new Uint32Array(slotsCount)
  let used = 0

  function slotOf(high: number, low: number): number {
    let slot = low & (slotsCount - 1)
    while (counts[slot] !== 0 && (highs[slot] !== high || lows[slot] !== low)) {
      slot = (slot + 1) & (slotsCount - 1)
    }
    return slot
  }

  function grow(): void {
    const old = { highs, lows, counts }
    slotsCount *= 2
    highs = new Int32Array(slotsCount)
    lows = new Int32Array(slotsCount)
    counts = new Uint32Array(slotsCount)
    for (let at = 0; at < old.counts.length; at += 1) {
      if (old.counts[at] === 0) continue
      const slot = slotOf(old.highs[at] ?? 0, old.lows[at] ?? 0)
      highs[slot] = old.highs[at] ?? 0
      lows[slot] = old.lows[at] ?? 0
      counts[slot] = old.counts[at] ?? 0
    }
  }

  return {
    size: () => used,
    increment(high, low) {
      if (used * 2 >= slotsCount && slotsCount < keysMax * 2) grow()
      const slot = slotOf(high, low)
      const before = counts[slot] ?? 0
      if (before === 0) {
        highs[slot] = high
        lows[slot] = low
        used += 1
      }
      counts[slot] = before + 1
      return before
    },
    count: (high, low) => counts[slotOf(high, low)] ?? 0,
    raise(high, low, by) {
      const slot = slotOf(high, low)
      counts[slot] = (counts[slot] ?? 0) + by
    },
  }
}

let hashHigh = 0
let hashLow = 0

/** Two independent 32-bit FNV-style hashes of the key, left in `hashHigh` and `hashLow`. */
function hashKey(key: string): void {
  let high = 0x811c9dc5
  let low = 0x2c1b3c6d
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x5bd1e995)
    low ^= low >>> 15
  }
  hashHigh = high | 0
  hashLow = (low ^ (low >>> 13)) | 0
}
