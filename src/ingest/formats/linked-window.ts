/**
 * Rows of one call come close together in a file, but not side by side. This holds the last rows back
 * so that those with one link (a linked id, an originator) are judged together, and lets them go in the
 * order in which they came. A row that stands alone, as most do, costs a look into two arrays.
 *
 * Memory is bounded by LINKED_ROWS_MAX rows. What a row that has left the window had to do with a later
 * one is not known any more; the judge must then say so, not guess.
 */
import assert from 'node:assert/strict'
import type { DecodedRecord } from '../../core/usage/usage.ts'
import type { EmitRecord } from '../format.ts'

export const LINKED_ROWS_MAX = 32_768
/** The last rows of a file that may matter to the next one: a call is seldom under way for more. */
export const LINKED_ROWS_CARRIED_MAX = 500
/** Small files and messages need no more. */
const ROWS_AT_FIRST = 256
const NONE = -1

export interface LinkedRow<Facts> {
  /** What the row says when nothing else is known of its call. */
  readonly alone: DecodedRecord
  /** What the judge looks at; undefined for a row that is no leg (a header, a damaged row). */
  readonly facts: Facts | undefined
  /** It has left, or came in an earlier file: nothing about it can change. */
  isFixed: boolean
  outcome: DecodedRecord
}

export interface LinkedRules<Row, Facts> {
  /** '' links the row with no other. */
  linkOf(row: Row): string
  /** `index` counts the rows of the file from 0; carried ones are negative. */
  decode(row: Row, index: number): LinkedRow<Facts>
  /** The outcome of a row that has no other of its link: what `decode` and `judge` would give. */
  decodeLone(row: Row, index: number): DecodedRecord
  /** All rows of one call that are known, in order. Sets `outcome` of those that are not fixed. */
  judge(rows: readonly LinkedRow<Facts>[]): void
}

export class LinkedWindow<Row, Facts> {
  readonly #rules: LinkedRules<Row, Facts>
  #size = ROWS_AT_FIRST
  #rows: (Row | undefined)[] = Array.from<undefined>({ length: ROWS_AT_FIRST })
  #decoded: (LinkedRow<Facts> | undefined)[] = Array.from<undefined>({ length: ROWS_AT_FIRST })
  #hashes = new Int32Array(ROWS_AT_FIRST)
  /** Newest index of each bucket of hashes, and the one before it of each row. */
  #newest = new Int32Array(ROWS_AT_FIRST).fill(NONE)
  #previous = new Int32Array(ROWS_AT_FIRST)
  /** Rows are numbered without end; a row's slot is its number modulo the size. */
  #first = 0
  #next = 0
  readonly #carriedCount: number

  /** `carried`: rows of the file before, which have left there. */
  constructor(rules: LinkedRules<Row, Facts>, carried: readonly Row[] = []) {
    this.#rules = rules
    this.#carriedCount = carried.length
    assert(carried.length <= LINKED_ROWS_MAX, 'a file carries fewer rows than the window holds')
    for (const row of carried) {
      if (this.#isFull()) this.#grow()
      this.#place(row, hashOf(rules.linkOf(row)))
    }
  }

  /** `hash` is of the row's link: equal links have equal hashes. */
  add(row: Row, hash: number, emit: EmitRecord): void {
    if (this.#isFull()) {
      if (this.#size < LINKED_ROWS_MAX) this.#grow()
      else this.#release(emit)
    }
    this.#place(row, hash)
  }

  /** At the end of the file everything leaves; `last` sees the newest rows, of earlier files as well. */
  flush(emit: EmitRecord, last: (row: LinkedRow<Facts>, isCarried: boolean) => void): void {
    const end = this.#next
    while (this.#first < end) {
      const isLast = this.#first >= end - LINKED_ROWS_CARRIED_MAX
      if (!isLast && this.#first >= this.#carriedCount) {
        this.#release(emit)
        continue
      }
      const isCarried = this.#first < this.#carriedCount
      const row = this.#decoded[this.#first & (this.#size - 1)] ?? this.#judged(this.#first)
      this.#leave(row, emit)
      last(row, isCarried)
    }
  }

  #isFull(): boolean {
    return this.#next - this.#first === this.#size
  }

  #place(row: Row, hash: number): void {
    assert(!this.#isFull(), 'a row gets a slot that no other has')
    const index = this.#next++
    const slot = index & (this.#size - 1)
    const bucket = hash & (this.#size - 1)
    this.#rows[slot] = row
    this.#hashes[slot] = hash
    this.#previous[slot] = this.#newest[bucket] ?? NONE
    this.#newest[bucket] = index
  }

  #release(emit: EmitRecord): void {
    const index = this.#first
    const slot = index & (this.#size - 1)
    const decoded = this.#decoded[slot]
    if (decoded !== undefined) this.#leave(decoded, emit)
    else if (index < this.#carriedCount || this.#hasNewer(index)) {
      this.#leave(this.#judged(index), emit)
    } else {
      emit(this.#rules.decodeLone(this.#rowAt(index), index - this.#carriedCount))
      this.#rows[slot] = undefined
      this.#first += 1
    }
  }

  #leave(row: LinkedRow<Facts>, emit: EmitRecord): void {
    const slot = this.#first & (this.#size - 1)
    if (this.#first >= this.#carriedCount) emit(row.outcome)
    row.isFixed = true
    this.#rows[slot] = undefined
    this.#decoded[slot] = undefined
    this.#first += 1
  }

  /** A newer row may have the same link. */
  #hasNewer(index: number): boolean {
    const hash = this.#hashes[index & (this.#size - 1)] ?? 0
    let one = this.#newest[hash & (this.#size - 1)] ?? NONE
    while (one > index) {
      if (this.#hashes[one & (this.#size - 1)] === hash) return true
      one = this.#previous[one & (this.#size - 1)] ?? NONE
    }
    return false
  }

  /** The row at `index`, judged with all others of its link that are here. */
  #judged(index: number): LinkedRow<Facts> {
    const indexes = this.#linkedWith(index)
    const rows = indexes.map((one) => this.#decode(one))
    this.#rules.judge(rows)
    const row = this.#decoded[index & (this.#size - 1)]
    assert(row !== undefined, 'a judged row was decoded')
    return row
  }

  /** In order; the row itself among them. */
  #linkedWith(index: number): number[] {
    const slot = index & (this.#size - 1)
    const hash = this.#hashes[slot] ?? 0
    const found: number[] = []
    let link: string | undefined
    let one = this.#newest[hash & (this.#size - 1)] ?? NONE
    while (one > index) {
      if (this.#hashes[one & (this.#size - 1)] === hash) {
        link ??= this.#rules.linkOf(this.#rowAt(index))
        if (link !== '' && this.#rules.linkOf(this.#rowAt(one)) === link) found.push(one)
      }
      one = this.#previous[one & (this.#size - 1)] ?? NONE
    }
    found.push(index)
    return found.reverse()
  }

  #decode(index: number): LinkedRow<Facts> {
    const slot = index & (this.#size - 1)
    const known = this.#decoded[slot]
    if (known !== undefined) return known
    const decoded = this.#rules.decode(this.#rowAt(index), index - this.#carriedCount)
    if (index < this.#carriedCount) decoded.isFixed = true
    this.#decoded[slot] = decoded
    return decoded
  }

  #rowAt(index: number): Row {
    const row = this.#rows[index & (this.#size - 1)]
    assert(row !== undefined, 'a row in the window')
    return row
  }

  #grow(): void {
    const old = { rows: this.#rows, decoded: this.#decoded, hashes: this.#hashes, size: this.#size }
    const last = this.#next
    this.#size = Math.min(old.size * 8, LINKED_ROWS_MAX)
    this.#rows = Array.from<undefined>({ length: this.#size })
    this.#decoded = Array.from<undefined>({ length: this.#size })
    this.#hashes = new Int32Array(this.#size)
    this.#newest = new Int32Array(this.#size).fill(NONE)
    this.#previous = new Int32Array(this.#size)
    this.#next = this.#first
    while (this.#next < last) {
      const slot = this.#next & (old.size - 1)
      const row = old.rows[slot]
      assert(row !== undefined, 'a row in the window')
      this.#decoded[this.#next & (this.#size - 1)] = old.decoded[slot]
      this.#place(row, old.hashes[slot] ?? 0)
    }
  }
}

/**
 * Rows of an earlier file that this one has again (it goes on where that one ended, or overlaps it) are
 * left out: the file's own rows tell the whole call, and come to the same outcomes as before.
 */
export function withoutRepeated<Leg extends { readonly isFixed: boolean }>(
  legs: readonly Leg[],
  keyOf: (leg: Leg) => string,
): readonly Leg[] {
  if (!legs.some(({ isFixed }) => isFixed)) return legs
  const own = new Set(legs.filter(({ isFixed }) => !isFixed).map(keyOf))
  return legs.filter((leg) => !leg.isFixed || !own.has(keyOf(leg)))
}

/** FNV-1a of a part of a text. */
export function hashOf(text: string, from = 0, to = text.length): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
