/**
 * The row of a deck that prices a number at a moment: the longest code that contains the number and is
 * valid then, over the deck and those that it lies over. Allocates nothing.
 */
import { isWithin } from '../../core/time/validity.ts'
import { WIDTHS, type NumberKey } from './number-key.ts'
import { COVER_ALL_BELOW, COVER_ENDED, type DeckTable, type PriceDeck } from './price-deck.ts'

/** Filled again by each search. */
export interface DeckHit {
  /** Of the row: the deck that was asked or one that it lies over. */
  deck: PriceDeck | undefined
  row: number
  codeLength: number
}

export const NO_ROW = -1
/** How many digits of the key lead into `DeckTable.lead`. */
export const LEAD_DIGITS = 4
const LEAD_WIDTH = WIDTHS[LEAD_DIGITS]!

export function createDeckHit(): DeckHit {
  return { deck: undefined, row: NO_ROW, codeLength: 0 }
}

/** False where no row holds; the hit is then without meaning. */
export function findDeckRow(
  deck: PriceDeck,
  key: Readonly<NumberKey>,
  atMs: number,
  hit: DeckHit,
): boolean {
  const { table, over } = deck
  const last = lastCode(table, key)
  if (over === undefined) {
    const code = codeWithRow(table, last, key, atMs, hit)
    if (code === NO_ROW) return false
    hit.deck = deck
    hit.codeLength = table.codeLength[code]!
    return true
  }
  const own = codeWithRow(table, last, key, atMs, hit)
  const ownRow = hit.row
  const ownLength = own === NO_ROW ? 0 : table.codeLength[own]!
  const isBelow = own === NO_ROW || !coversBelow(table, own, key, atMs)
  if (isBelow && findDeckRow(over, key, atMs, hit) && hit.codeLength > ownLength) return true
  if (own === NO_ROW) return false
  hit.deck = deck
  hit.row = ownRow
  hit.codeLength = ownLength
  return true
}

/** The last code that begins at the key or before it; NO_ROW for none, or where what is hidden decides. */
function lastCode(table: DeckTable, { start, length, isMasked }: Readonly<NumberKey>): number {
  const { codeStart, lead } = table
  const leading = Math.floor(start / LEAD_WIDTH)
  let low = lead[leading]! - 1
  let high = lead[leading + 1]!
  // codeStart[low] <= start < codeStart[high]
  while (low + 1 < high) {
    const middle = (low + high) >>> 1
    if (codeStart[middle]! <= start) low = middle
    else high = middle
  }
  if (isMasked) {
    if (low + 1 < codeStart.length && codeStart[low + 1]! < start + WIDTHS[length]!) return NO_ROW
    if (low >= 0 && codeStart[low] === start && table.codeLength[low]! > length) return NO_ROW
  }
  return low
}

/** The longest code with a row that holds, from `code` upwards; its row is left in the hit. */
function codeWithRow(
  table: DeckTable,
  code: number,
  { start, length }: Readonly<NumberKey>,
  atMs: number,
  hit: DeckHit,
): number {
  const { codeStart, codeLength, parent } = table
  for (let at = code; at !== NO_ROW; at = parent[at]!) {
    const ownLength = codeLength[at]!
    if (ownLength > length || start >= codeStart[at]! + WIDTHS[ownLength]!) continue
    const row = rowAt(table, at, atMs)
    if (row === NO_ROW || table.cover[row] === COVER_ENDED) continue
    hit.row = row
    return at
  }
  hit.row = NO_ROW
  return NO_ROW
}

/** Whether the code, or a shorter one that contains it, covers all below then. */
function coversBelow(
  table: DeckTable,
  code: number,
  { start }: Readonly<NumberKey>,
  atMs: number,
): boolean {
  for (let at = code; at !== NO_ROW; at = table.parent[at]!) {
    if (start >= table.codeStart[at]! + WIDTHS[table.codeLength[at]!]!) continue
    const row = rowAt(table, at, atMs)
    if (row !== NO_ROW && table.cover[row] === COVER_ALL_BELOW) return true
  }
  return false
}

function rowAt({ firstRow, fromMs, toMs }: DeckTable, code: number, atMs: number): number {
  const end = firstRow[code + 1]!
  for (let row = firstRow[code]!; row < end; row += 1) {
    if (isWithin(atMs, fromMs[row]!, toMs[row]!)) return row
  }
  return NO_ROW
}
