/** One row of a list as what it says of its codes, or why it cannot be used. */
import type { DeckTerms, TermsPool } from '../deck/deck-terms.ts'
import { NO_TERMS } from '../deck/deck-terms.ts'
import type { ListMapping } from '../list-mapping.ts'
import type { ColumnPlaces } from './find-columns.ts'
import { readCodes } from './read-codes.ts'
import { createDateReader } from './read-date.ts'
import { incrementsOfPair, incrementsOfTwo } from './read-increments.ts'
import { createPriceReader } from './read-price.ts'
import { stateOf, type ListClaim, type RowState } from './read-state.ts'
import { spreadsheetDamage } from './spreadsheet-damage.ts'

export interface ListRow {
  readonly codes: readonly string[]
  /** As the row says; the day of the list where it says none. */
  readonly fromDay: number
  readonly untilDay: number
  readonly state: RowState
  readonly claim: ListClaim
  readonly terms: DeckTerms
}

export type ReadRow =
  | { readonly kind: 'row'; readonly row: ListRow }
  /** `codes` are those that could be read all the same. */
  | { readonly kind: 'fault'; readonly reason: string; readonly codes: readonly string[] }
  /** Text above, below or between the rows. */
  | { readonly kind: 'note' }

export interface ListRowReader {
  (cells: readonly string[]): ReadRow
}

export function createRowReader(
  mapping: ListMapping,
  places: ColumnPlaces,
  { listDay, pool }: { readonly listDay: number; readonly pool: TermsPool },
): ListRowReader {
  const dayOf = createDateReader(mapping.dates)
  const prices = createPriceReader(mapping)

  function termsOf(cell: (at: number) => string, fromDay: number): DeckTerms | string {
    const price = prices.price(cell(places.price), fromDay, 'price')
    const fee = prices.amount(cell(places.fee), fromDay, 'fee')
    const minimum = prices.amount(cell(places.minimum), fromDay, 'minimum')
    const increments =
      places.increments === -1
        ? incrementsOfTwo(cell(places.first), cell(places.next))
        : incrementsOfPair(cell(places.increments))
    const bands = places.bands.map(([id, at]) => ({
      id,
      ...prices.price(cell(at), fromDay, `price of ${id}`),
    }))
    const all = [price, fee, minimum, increments, ...bands]
    const problem = all.find((each) => each.problem !== '')?.problem ?? ''
    if (problem !== '') return problem
    if (price.text === '') return 'it has no price'
    const { first, next } = increments
    return pool.one({
      ...NO_TERMS,
      destination: cell(places.destination).replaceAll(/\s+/g, ' '),
      price: price.text,
      fee: fee.text,
      first,
      next,
      minimum: minimum.text,
      bands: bands.flatMap(({ id, text }) => (text === '' ? [] : [`${id}=${text}`])),
    })
  }

  return (cells) => {
    const cell = (at: number) => (at === -1 ? '' : (cells[at] ?? '').trim())
    const codes = readCodes(places.code.map(cell))
    if (isNote(places, cell, codes)) return { kind: 'note' }
    const readable = typeof codes === 'string' ? [] : codes
    const fault = (reason: string): ReadRow => ({ kind: 'fault', reason, codes: readable })
    if (typeof codes === 'string') return fault(codes)
    const state = stateOf(cell(places.state), mapping.states)
    if (state === undefined) return fault(`the state "${cell(places.state)}" is none that is known`)
    const fromDay = cell(places.from) === '' ? listDay : dayOf(cell(places.from))
    if (typeof fromDay === 'string') return fault(fromDay)
    const untilDay = cell(places.until) === '' ? Infinity : dayOf(cell(places.until))
    if (typeof untilDay === 'string') return fault(untilDay)
    if (untilDay <= fromDay) return fault('it ends before it begins')
    // Of what the supplier does not serve no price is read: it may be none.
    const terms = state.state === 'priced' ? termsOf(cell, Math.max(fromDay, listDay)) : NO_TERMS
    if (typeof terms === 'string') return fault(terms)
    return { kind: 'row', row: { codes, fromDay, untilDay, terms, ...state } }
  }
}

/** Text that stands where a row could: a remark, a heading, a sum. */
function isNote(
  places: ColumnPlaces,
  cell: (at: number) => string,
  codes: readonly string[] | string,
): boolean {
  if (typeof codes !== 'string' || cell(places.price) !== '') return false
  const codeCells = places.code.map(cell)
  if (codeCells.some((text) => spreadsheetDamage(text, 'code') !== '')) return false
  const { code, bands, ...single } = places
  const filled = [...code, ...Object.values(single), ...bands.map(([, at]) => at)].filter(
    (at) => cell(at) !== '',
  )
  return filled.length <= 1 || !codeCells.some((text) => /\d/.test(text))
}
