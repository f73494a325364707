/** Where the titles of a list stand, which may be below notes, and which column is which. */
import { TikError } from '../../core/failures/errors.ts'
import type { ListColumn, ListMapping } from '../list-mapping.ts'

/** Positions of cells, from 0; -1 for a column that the mapping does not name. */
export interface ColumnPlaces {
  readonly code: readonly number[]
  readonly destination: number
  readonly price: number
  readonly fee: number
  readonly increments: number
  readonly first: number
  readonly next: number
  readonly minimum: number
  readonly from: number
  readonly until: number
  readonly state: number
  readonly bands: readonly (readonly [id: string, at: number])[]
}

/** The places by the titles; undefined where one is missing. Throws `mapping_invalid` where one stands twice. */
export function placesIn(
  titles: readonly string[],
  columns: ListMapping['columns'],
): ColumnPlaces | undefined {
  const plain = titles.map(plainTitle)
  let isMissing = false
  const placeOf = (column: ListColumn | undefined): number => {
    if (column === undefined) return -1
    if (typeof column === 'number') return column - 1
    const title = plainTitle(column)
    const at = plain.indexOf(title)
    if (at === -1) isMissing = true
    else if (plain.includes(title, at + 1)) throw twice(column)
    return at
  }
  const places = {
    code: columns.code.map(placeOf),
    destination: placeOf(columns.destination),
    price: placeOf(columns.price),
    fee: placeOf(columns.fee),
    increments: placeOf(columns.increments),
    first: placeOf(columns.first),
    next: placeOf(columns.next),
    minimum: placeOf(columns.minimum),
    from: placeOf(columns.from),
    until: placeOf(columns.until),
    state: placeOf(columns.state),
    bands: Object.entries(columns.bands)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([id, column]) => [id, placeOf(column)] as const),
  }
  return isMissing ? undefined : places
}

/** The titles that the mapping names and the row lacks, for a message. */
export function missingTitles(
  titles: readonly string[],
  columns: ListMapping['columns'],
): string[] {
  const plain = titles.map(plainTitle)
  const { code, bands, ...single } = columns
  return [...code, ...Object.values(single), ...Object.values(bands)].filter(
    (column): column is string => typeof column === 'string' && !plain.includes(plainTitle(column)),
  )
}

/** Titles are often broken over lines, padded or capitalised. */
function plainTitle(title: string): string {
  return title.replaceAll(/\s+/g, ' ').trim().toLowerCase()
}

function twice(column: string): TikError {
  return new TikError('mapping_invalid', `two columns are called "${column}"`, {
    hint: 'name the column by its number in the mapping',
  })
}
