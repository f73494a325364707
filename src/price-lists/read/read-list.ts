/** A supplier's file as what it says of each code, with every row that cannot be used and why. */
import { TikError } from '../../core/failures/errors.ts'
import type { TermsPool } from '../deck/deck-terms.ts'
import type { ListMapping } from '../list-mapping.ts'
import { missingTitles, placesIn, type ColumnPlaces } from './find-columns.ts'
import { createRowReader, type ListRow } from './list-row.ts'
import { cellsOfLine, tableRows, type TableRow } from './table-rows.ts'
import { headOf, textLines, type ListLine } from './text-lines.ts'

export interface ListFault {
  readonly line: number
  readonly reason: string
}

export interface ReadList {
  readonly rowsCount: number
  readonly faults: readonly ListFault[]
  /** Of faulty rows, as far as they could be read. */
  readonly faultyCodes: readonly string[]
  /** Lines of text that are no rows, titles that stand again among them. */
  readonly notesCount: number
}

/** `take` gets the rows in the order of the file. Throws `file_missing`, `file_unreadable`, or `mapping_invalid` where the titles are not found. */
export function readList(
  file: string,
  mapping: ListMapping,
  context: { readonly listDay: number; readonly pool: TermsPool },
  take: (row: ListRow, line: number) => void,
): ReadList {
  const table = openTable(file, mapping)
  const readRow = createRowReader(mapping, table.places, context)
  const faults: ListFault[] = []
  const faultyCodes: string[] = []
  let [rowsCount, notesCount, codesCount] = [0, 0, 0]
  for (const { line, cells, problem } of table.rows) {
    if (cells.every((cell) => cell.trim() === '')) continue
    if (isTitles(cells, table.titles)) {
      notesCount += 1
      continue
    }
    const width = problem === '' ? widthProblem(cells, table.titles) : problem
    const read =
      width === '' ? readRow(cells) : ({ kind: 'fault', reason: width, codes: [] } as const)
    if (read.kind === 'note') notesCount += 1
    else if (read.kind === 'row') {
      codesCount += read.row.codes.length
      rowsCount += 1
      take(read.row, line)
    } else {
      faults.push({ line, reason: read.reason })
      faultyCodes.push(...read.codes)
    }
    if (codesCount > CODES_MAX) {
      throw new TikError('file_unreadable', `${file} has more than ${CODES_MAX} codes`, {
        hint: 'it may not be a price list; divide it if it is',
      })
    }
  }
  return { rowsCount, faults, faultyCodes, notesCount }
}

const CODES_MAX = 3_000_000
/** Titles are looked for among so many lines: above them are notes. */
const TITLE_LINES_MAX = 500

interface OpenTable {
  readonly places: ColumnPlaces
  /** Empty for a list without titles. */
  readonly titles: readonly string[]
  readonly rows: Iterable<TableRow>
}

function openTable(file: string, mapping: ListMapping): OpenTable {
  const head = headOf(file)
  if (head.length === 0) throw new TikError('file_unreadable', `${file} is empty`)
  if (head.length >= 4 && head.readUInt32BE(0) === OLD_WORKBOOK) {
    throw new TikError('file_unreadable', `${file} is a workbook of the old kind (.xls)`, {
      hint: 'save it as .xlsx or as CSV',
    })
  }
  return openText(file, mapping)
}

const OLD_WORKBOOK = 0xd0cf11e0

function openText(file: string, mapping: ListMapping): OpenTable {
  const lines = textLines(file, mapping.encoding)
  if (mapping.header === 'none') {
    const delimiter = delimiterOf(mapping.delimiter)
    const places = placesIn([], mapping.columns)
    if (places === undefined) throw titlesMissing(file, mapping, [])
    return { places, titles: [], rows: tableRows(lines, delimiter, -1) }
  }
  let best: readonly string[] = []
  let looked = 0
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const line: ListLine = next.value
    const found = titlesIn(line, mapping)
    if (found !== undefined) {
      const { delimiter, titles, places } = found
      return { places, titles, rows: tableRows(lines, delimiter, titles.length) }
    }
    const titles = cellsOfLine(line.text, mostFrequent(line.text))
    if (
      missingTitles(titles, mapping.columns).length < missingTitles(best, mapping.columns).length
    ) {
      best = titles
    }
    looked += 1
    if (looked >= TITLE_LINES_MAX || line.line === mapping.header) break
  }
  throw titlesMissing(file, mapping, best)
}

function titlesIn({ line, text }: ListLine, mapping: ListMapping) {
  if (typeof mapping.header === 'number' && line !== mapping.header) return undefined
  const delimiters = mapping.delimiter === 'auto' ? DELIMITERS : [delimiterOf(mapping.delimiter)]
  for (const delimiter of delimiters) {
    const titles = cellsOfLine(text, delimiter)
    const places = titles.length < 2 ? undefined : placesIn(titles, mapping.columns)
    if (places !== undefined) return { delimiter, titles, places }
  }
  return undefined
}

const DELIMITERS = [',', ';', '\t', '|'] as const

function delimiterOf(delimiter: ListMapping['delimiter']): string {
  return delimiter === 'tab' ? '\t' : delimiter === 'auto' ? ',' : delimiter
}

function mostFrequent(text: string): string {
  const counts = DELIMITERS.map((delimiter) => text.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

function titlesMissing(file: string, mapping: ListMapping, best: readonly string[]): TikError {
  const missing = missingTitles(best, mapping.columns).map((title) => `"${title}"`)
  return new TikError(
    'mapping_invalid',
    `${file} has no row with the titles of the mapping: ${missing.join(', ')} not found`,
    { hint: 'write the titles as the list has them, or the numbers of its columns' },
  )
}

function isTitles(cells: readonly string[], titles: readonly string[]): boolean {
  return (
    titles.length > 0 &&
    cells.length === titles.length &&
    cells.every((cell, at) => cell === titles[at])
  )
}

/** A row with more cells than titles was cut at the wrong places, as by a decimal comma. */
function widthProblem(cells: readonly string[], titles: readonly string[]): string {
  if (titles.length === 0 || cells.length <= titles.length) return ''
  if (cells.slice(titles.length).every((cell) => cell.trim() === '')) return ''
  return `it has ${cells.length} cells, the titles ${titles.length}: the delimiter is in one of them without quotes`
}
