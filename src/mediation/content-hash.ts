/**
 * A 52-bit hash of what a CDR says. Two records with one id and different hashes are a conflict, not
 * a duplicate. It only has to notice a change, so it is quick and not cryptographic.
 */
import type { Cdr } from '../core/usage/usage.ts'

const LOW_BITS = 0x100000
const WORD = 0x100000000
const FIRST_SEED = 0x811c9dc5
const SECOND_SEED = 0x9747b28c
/** FNV-1a's prime and a multiplier of MurmurHash3: two hashes that do not collide together. */
const FIRST_FACTOR = 0x01000193
const SECOND_FACTOR = 0xcc9e2d51

let first = 0
let second = 0

/**
 * Two running 32-bit hashes over the fields that decide whose usage it is and what it costs: 32 bits
 * of one and 20 of the other make an integer below 2^52, which JavaScript and the ledger hold exactly.
 */
export function contentHash(cdr: Cdr): number {
  first = FIRST_SEED
  second = SECOND_SEED
  mixText(cdr.kind)
  mixText(cdr.direction)
  mixText(cdr.servedNumber === cdr.sender ? '=' : cdr.servedNumber)
  mixText(cdr.imsi)
  mixText(cdr.iccid)
  mixText(cdr.trunk)
  mixText(cdr.sender)
  mixText(cdr.receiver)
  mixText(cdr.visitedNetwork)
  mixText(cdr.sessionKey)
  mixNumber(cdr.startMs)
  mixNumber(cdr.durationSeconds)
  mixNumber(cdr.volumeUpBytes)
  mixNumber(cdr.volumeDownBytes)
  mixNumber(cdr.count)
  mixNumber(cdr.partNumber)
  // What has none keeps the hash that it had before amounts were read.
  if (cdr.amount !== undefined && cdr.amount !== '') mixText(cdr.amount)
  second ^= second >>> 15
  second = Math.imul(second, SECOND_FACTOR)
  second ^= second >>> 13
  return (first >>> 0) * LOW_BITS + ((second >>> 0) % LOW_BITS)
}

/** Two characters at a time, which halves the work. */
function mixText(text: string): void {
  let one = first
  let two = second
  const length = text.length
  for (let index = 0; index < length; index += 2) {
    const next = index + 1 < length ? text.charCodeAt(index + 1) : 0
    const pair = text.charCodeAt(index) | (next << 16)
    one = Math.imul(one ^ pair, FIRST_FACTOR)
    two = Math.imul(two + pair, SECOND_FACTOR)
    two = (two << 13) | (two >>> 19)
  }
  // The length keeps 'ab' + 'c' apart from 'a' + 'bc'.
  first = Math.imul(one ^ length, FIRST_FACTOR)
  second = Math.imul(two + length, SECOND_FACTOR)
}

function mixNumber(value: number): void {
  const low = value >>> 0
  const high = (value / WORD) >>> 0
  first = Math.imul(Math.imul(first ^ low, FIRST_FACTOR) ^ high, FIRST_FACTOR)
  second = Math.imul(second + low, SECOND_FACTOR)
  second = Math.imul(((second << 13) | (second >>> 19)) + high, SECOND_FACTOR)
}
