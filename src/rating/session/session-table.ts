/**
 * Finds the record of a session by its key: a hash table in one array, since a map for each
 * subscription and call type would be several cache misses more (docs/decisions/0228).
 */
import { USE } from '../memory/balance.ts'
import { keepText, NO_SLOT, type Home, type Sums } from '../memory/sums.ts'
import { createSession, SESSION } from './session-record.ts'

export interface SessionTable {
  /** Pairs of hash and slot, NO_SLOT where there is none. Replaced when it is half full. */
  entries: Int32Array
  count: number
}

const PAIRS_AT_FIRST = 1024

export function createSessionTable(): SessionTable {
  return { entries: emptyEntries(PAIRS_AT_FIRST), count: 0 }
}

/** Slot of the session with the key in the use whose record is at `useSlot`; NO_SLOT for none. */
export function findSession(
  { entries }: SessionTable,
  { values, texts }: Sums,
  useSlot: number,
  key: string,
): number {
  const mask = entries.length - 1
  const hash = hashOf(useSlot, key)
  for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
    const slot = entries[at + 1]!
    if (slot === NO_SLOT) return NO_SLOT
    if (entries[at] !== hash || values[slot + SESSION.useSlot] !== useSlot) continue
    if (texts[values[slot + SESSION.keyNumber]!] === key) return slot
  }
}

/** Makes the record of a session that is not in the table; returns its slot. */
export function addSession(
  table: SessionTable,
  sums: Sums,
  home: Home,
  parts: { startMs: number; pricing: number; useSlot: number; key: string },
): number {
  const { startMs, pricing, useSlot, key } = parts
  const previous = sums.values[useSlot + USE.lastSession]!
  const keyNumber = keepText(sums, key)
  const slot = createSession(sums, home, { startMs, pricing, useSlot, keyNumber, previous })
  sums.values[useSlot + USE.lastSession] = slot
  table.count += 1
  if (table.count * 4 > table.entries.length) table.entries = doubled(table.entries)
  place(table.entries, hashOf(useSlot, key), slot)
  return slot
}

function doubled(entries: Int32Array): Int32Array {
  const grown = emptyEntries(entries.length)
  for (let at = 0; at < entries.length; at += 2) {
    if (entries[at + 1] !== NO_SLOT) place(grown, entries[at]!, entries[at + 1]!)
  }
  return grown
}

function place(entries: Int32Array, hash: number, slot: number): void {
  const mask = entries.length - 1
  let at = (hash << 1) & mask
  while (entries[at + 1] !== NO_SLOT) at = (at + 2) & mask
  entries[at] = hash
  entries[at + 1] = slot
}

/** `pairsCount` is a power of two. */
function emptyEntries(pairsCount: number): Int32Array {
  return new Int32Array(pairsCount * 2).fill(NO_SLOT)
}

/** FNV-1a over the characters, begun with the use, with the final mixing of murmur3. */
function hashOf(useSlot: number, key: string): number {
  let hash = Math.imul(useSlot, 0x9e3779b1)
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
