/**
 * A price deck: prices by code, as a carrier or provider lists them. Hundreds of thousands of rows are
 * typed arrays; a row becomes an object only for those who read it, never while usage is rated.
 */
import type { Localized } from '../catalogue.ts'
import type { Validity } from '../../core/accounts/accounts.ts'
import { codeText } from './number-key.ts'
import { parseTerms, type RowTerms } from './row-terms.ts'
import { textAt, type TextTable } from './text-table.ts'

export interface PriceDeck {
  readonly deckId: string
  /** `from` and `until` of its rows are days in it. */
  readonly timeZone: string
  /** Of its prices; of a retail deck always EUR. */
  readonly currency: string
  readonly purpose: 'retail' | 'cost'
  /** This deck lies over that one: the longest code over both, at one length this one's. */
  readonly over: PriceDeck | undefined
  /** Names in the catalogue's folder. */
  readonly files: readonly string[]
  /** Of destinations, by the cell of the rows. */
  readonly names: ReadonlyMap<string, Localized>
  readonly table: DeckTable
  /** Number of its first terms among those of all decks of the catalogue. */
  readonly termsBase: number
}

/**
 * Codes sorted by what they begin with, a shorter one before the longer ones that it contains; the rows of
 * code n are those from `firstRow[n]` to before `firstRow[n + 1]`, ascending in time.
 */
export interface DeckTable {
  /** As `NumberKey.start`. */
  readonly codeStart: Float64Array
  readonly codeLength: Uint8Array
  /** The longest code that contains this one, -1 for none. */
  readonly parent: Int32Array
  readonly firstRow: Uint32Array
  /** The first code whose leading digits are at least these: narrows the search. */
  readonly lead: Uint32Array
  readonly fromMs: Float64Array
  readonly toMs: Float64Array
  /** Position in `COVERS`. */
  readonly cover: Uint8Array
  readonly terms: Uint32Array
  readonly destination: Uint32Array
  readonly file: Uint16Array
  readonly line: Uint32Array
  /** Each once, as `row-terms.ts` writes them. */
  readonly termsTexts: TextTable
  readonly destinations: TextTable
}

/** `all-below`: beats longer codes of the decks below. `ended`: from then on the code has no price. */
export const COVERS = ['', 'all-below', 'ended'] as const
export type Cover = (typeof COVERS)[number]
export const COVER_ALL_BELOW = COVERS.indexOf('all-below')
export const COVER_ENDED = COVERS.indexOf('ended')

export interface DeckRow extends Validity {
  readonly deckId: string
  /** As in a file: '447400', 'NL:1850'. */
  readonly code: string
  readonly destination: string
  readonly terms: RowTerms
  readonly cover: Cover
  readonly file: string
  readonly line: number
}

/** The row with this number, of the deck's own. */
export function deckRowAt(deck: PriceDeck, row: number): DeckRow {
  return rowOf(deck, codeOfRow(deck.table, row), row)
}

/** The deck's own rows, in the order of their codes and dates. */
export function* deckRows(deck: PriceDeck): Generator<DeckRow> {
  const { table } = deck
  for (let code = 0; code < table.codeStart.length; code += 1) {
    for (let row = table.firstRow[code]!; row < table.firstRow[code + 1]!; row += 1) {
      yield rowOf(deck, code, row)
    }
  }
}

/** The terms of a row, without the rest of it. */
export function termsAt({ table }: PriceDeck, row: number): RowTerms {
  return parseTerms(textAt(table.termsTexts, table.terms[row]!))
}

function rowOf(deck: PriceDeck, code: number, row: number): DeckRow {
  const { table } = deck
  return {
    deckId: deck.deckId,
    code: codeText(table.codeStart[code]!, table.codeLength[code]!),
    destination: textAt(table.destinations, table.destination[row]!),
    terms: termsAt(deck, row),
    cover: COVERS[table.cover[row]!] ?? '',
    fromMs: table.fromMs[row]!,
    toMs: table.toMs[row]!,
    file: deck.files[table.file[row]!] ?? '',
    line: table.line[row]!,
  }
}

/** The last code whose rows begin at this one or before it. */
function codeOfRow({ firstRow }: DeckTable, row: number): number {
  let low = 0
  let high = firstRow.length - 1
  while (low + 1 < high) {
    const middle = (low + high) >>> 1
    if (firstRow[middle]! <= row) low = middle
    else high = middle
  }
  return low
}
