/**
 * Longest-prefix search over digits, with dates: a trie in typed arrays, so that a search costs one
 * array read a digit and allocates nothing, whether the deck has 200 rows or 20,000.
 */
import { isWithin } from '../../core/time/validity.ts'
export interface PrefixEntry<T> {
  readonly prefix: string
  /** The prefix is the whole number: nothing may follow it. */
  readonly exact: boolean
  /** Bits of the kinds of usage for which the entry holds; see `kindBit` of the caller. */
  readonly kindMask: number
  readonly fromMs: number
  readonly toMs: number
  readonly value: T
}

export interface PrefixTable<T> {
  /**
   * Value of the longest prefix of `number`, read from position `start`, that holds for the kind
   * and is valid at the instant. A character that is no digit ends the number.
   */
  find(number: string, start: number, kindBit: number, atMs: number): T | undefined
  /** Would digits after those of `number`, read from position `start`, lead to a longer prefix? */
  goesOn(number: string, start: number): boolean
}

const RADIX = 10
const NONE = -1
const ZERO_CHARACTER = 48

export function createPrefixTable<T>(entries: readonly PrefixEntry<T>[]): PrefixTable<T> {
  const { children, firstEntry, nextEntry } = buildTrie(entries.map((entry) => entry.prefix))

  function valid(entry: PrefixEntry<T>, isWhole: boolean, kindBit: number, atMs: number): boolean {
    return (
      (isWhole || !entry.exact) &&
      (entry.kindMask & kindBit) !== 0 &&
      isWithin(atMs, entry.fromMs, entry.toMs)
    )
  }

  return {
    find(number, start, kindBit, atMs) {
      let found: T | undefined
      let node = 0
      for (let position = start; ; position += 1) {
        const isWhole = position === number.length
        for (
          let index = firstEntry[node] ?? NONE;
          index !== NONE;
          index = nextEntry[index] ?? NONE
        ) {
          const entry = entries[index]
          if (entry !== undefined && valid(entry, isWhole, kindBit, atMs)) found = entry.value
        }
        if (isWhole) return found
        const digit = number.charCodeAt(position) - ZERO_CHARACTER
        if (digit < 0 || digit >= RADIX) return found
        node = children[node * RADIX + digit] ?? 0
        if (node === 0) return found
      }
    },
    goesOn(number, start) {
      let node = 0
      for (let position = start; position < number.length; position += 1) {
        const digit = number.charCodeAt(position) - ZERO_CHARACTER
        if (digit < 0 || digit >= RADIX) break
        node = children[node * RADIX + digit] ?? 0
        if (node === 0) return false
      }
      return children.subarray(node * RADIX, (node + 1) * RADIX).some((child) => child !== 0)
    },
  }
}

/**
 * `children[node × 10 + digit]` is the next node (0 = none, the root is never a child);
 * `firstEntry[node]` and `nextEntry[entry]` chain the entries that end in a node.
 */
function buildTrie(prefixes: readonly string[]): {
  children: Int32Array
  firstEntry: Int32Array
  nextEntry: Int32Array
} {
  const nodesMax = prefixes.reduce((sum, prefix) => sum + prefix.length, 1)
  const children = new Int32Array(nodesMax * RADIX)
  const firstEntry = new Int32Array(nodesMax).fill(NONE)
  const nextEntry = new Int32Array(prefixes.length).fill(NONE)
  let nodesCount = 1
  for (const [index, prefix] of prefixes.entries()) {
    let node = 0
    for (let position = 0; position < prefix.length; position += 1) {
      const slot = node * RADIX + prefix.charCodeAt(position) - ZERO_CHARACTER
      if (children[slot] === 0) children[slot] = nodesCount++
      node = children[slot] ?? 0
    }
    nextEntry[index] = firstEntry[node] ?? NONE
    firstEntry[node] = index
  }
  return {
    children: children.slice(0, nodesCount * RADIX),
    firstEntry: firstEntry.slice(0, nodesCount),
    nextEntry,
  }
}
