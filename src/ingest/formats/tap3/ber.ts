/**
 * BER (X.690) read in place: headers of elements with definite and indefinite lengths. Nothing is
 * copied and nothing throws; nesting is bounded, so that a bomb of nested elements costs no stack.
 */

/** One header, read into an object that is used again: this runs several times for each record. */
export interface BerHeader {
  /** Tag number of an application tag; other classes have it negated, minus one. */
  tag: number
  isConstructed: boolean
  contentStart: number
  /** -1 for an indefinite length. */
  length: number
}

export const BER_NESTING_MAX = 32
/** The bytes are no BER: reserved forms, lengths beyond 2^48, nesting too deep. */
export const BROKEN = -2
/** The bytes end inside the element. */
export const INCOMPLETE = -1

const TAG_MORE = 0x1f
const CONSTRUCTED = 0x20
const CLASS_MASK = 0xc0
const APPLICATION = 0x40
const LENGTH_BYTES_MAX = 6
const TAG_MAX = 100_000

export function createBerHeader(): BerHeader {
  return { tag: 0, isConstructed: false, contentStart: 0, length: 0 }
}

/** Reads the header at `at`. Returns the start of its content, INCOMPLETE or BROKEN. */
export function readBerHeader(bytes: Uint8Array, at: number, end: number, into: BerHeader): number {
  if (at >= end) return INCOMPLETE
  const first = bytes[at] ?? 0
  let next = at + 1
  let tag = first & TAG_MORE
  if (tag === TAG_MORE) {
    tag = 0
    let byte = 0x80
    while (byte >= 0x80) {
      if (next >= end) return INCOMPLETE
      byte = bytes[next] ?? 0
      next += 1
      tag = tag * 128 + (byte & 0x7f)
      if (tag > TAG_MAX) return BROKEN
    }
  }
  if (next >= end) return INCOMPLETE
  let length = bytes[next] ?? 0
  next += 1
  if (length === 0x80) {
    length = -1
    if ((first & CONSTRUCTED) === 0) return BROKEN
  } else if (length > 0x80) {
    const count = length & 0x7f
    if (count > LENGTH_BYTES_MAX) return BROKEN
    if (next + count > end) return INCOMPLETE
    length = 0
    for (const last = next + count; next < last; next += 1) {
      length = length * 256 + (bytes[next] ?? 0)
    }
  }
  into.tag = (first & CLASS_MASK) === APPLICATION ? tag : -tag - 1
  into.isConstructed = (first & CONSTRUCTED) !== 0
  into.contentStart = next
  into.length = length
  return next
}

/** The tag, in the form of BerHeader, of the two zero bytes that end an indefinite length. */
export const END_OF_CONTENTS = -1

/** End of the content that starts at `at` with an indefinite length, before its two end bytes. */
export function endOfIndefinite(bytes: Uint8Array, at: number, end: number): number {
  const header = createBerHeader()
  let depth = 1
  let next = at
  while (next < end) {
    const start = next
    const content = readBerHeader(bytes, start, end, header)
    if (content < 0) return content
    if (header.tag === END_OF_CONTENTS && header.length === 0 && !header.isConstructed) {
      depth -= 1
      if (depth === 0) return start
      next = content
    } else if (header.length === -1) {
      depth += 1
      if (depth > BER_NESTING_MAX) return BROKEN
      next = content
    } else next = content + header.length
  }
  return INCOMPLETE
}

/** A non-negative integer of at most 6 bytes, or NaN. */
export function berInteger(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] === 0) at += 1
  if (to === from || to - at > LENGTH_BYTES_MAX) return Number.NaN
  if (at === from && (bytes[at] ?? 0) >= 0x80) return Number.NaN // Negative.
  let value = 0
  for (; at < to; at += 1) value = value * 256 + (bytes[at] ?? 0)
  return value
}

/** Digits two a byte, high half first; A and B are '*' and '#', F is filler. */
export function bcdDigits(bytes: Buffer, from: number, to: number): string {
  const digits = bytes.toString('hex', from, to)
  const last = digits.charCodeAt(digits.length - 1)
  const isFilled = last === FILLER
  if (!hasLetter(digits, isFilled ? digits.length - 1 : digits.length)) {
    return isFilled ? digits.slice(0, -1) : digits
  }
  return digits.replaceAll('f', '').replaceAll('a', '*').replaceAll('b', '#')
}

const FILLER = 102
const NINE = 57

function hasLetter(digits: string, length: number): boolean {
  for (let at = 0; at < length; at += 1) if (digits.charCodeAt(at) > NINE) return true
  return false
}

export function asciiText(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to)
}
