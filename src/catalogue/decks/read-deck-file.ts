/**
 * One `.prices.csv` of a catalogue as rows of its deck. The form is narrow, so that a hundred thousand rows
 * are read in a fraction of a second: a line is a row, and only cells with a comma are in quotes. Lists as
 * carriers send them are made into it by the import.
 */
import type { CatalogueProblem } from '../read/catalogue-problem.ts'
import { prefixProblem } from '../read/deck-prefix.ts'
import type { DeckRowLists } from './compile-table.ts'
import { createNumberKey, KEY_DIGITS, takeCode } from './number-key.ts'
import { COVERS, type Cover } from './price-deck.ts'
import { TERM_COLUMNS, TERM_SEPARATOR, termProblems } from './row-terms.ts'
import type { TextCollection } from './text-table.ts'

export const DECK_COLUMNS = [
  'code',
  'destination',
  ...TERM_COLUMNS.slice(0, 7),
  'cover',
  'party',
  'from',
  'until',
] as const
const BAND_COLUMN = /^price@(.+)$/

/** What the rows of all files of a deck are added to. */
export interface DeckCollection {
  readonly rows: DeckRowLists
  readonly terms: TextCollection
  readonly destinations: TextCollection
  /** The first instant of a day of the deck's time zone; undefined for a date that does not exist. */
  readonly dayStartMs: (date: string) => number | undefined
}

const PROBLEMS_SHOWN_MAX = 1000
const RANGE_CODES_MAX = 10_000

/** `number` is that of the file among the deck's. */
export function readDeckFile(
  { file, number, text }: { readonly file: string; readonly number: number; readonly text: string },
  into: DeckCollection,
): CatalogueProblem[] {
  const problems: CatalogueProblem[] = []
  const report = (line: number, message: string): void => {
    if (problems.length < PROBLEMS_SHOWN_MAX) {
      problems.push({ severity: 'error', file, line, message })
    }
  }
  const lines = linesOf(text)
  const header = cellsOf(lines.next().value ?? '').map((cell) => cell.trim())
  const columns = columnsOf(header, (message) => report(1, message))
  if (columns === undefined) return problems
  const reader = createRowReader(columns, number, into)
  let line = 1
  for (const written of lines) {
    line += 1
    if (isBlank(written)) continue
    const cells = cellsOf(written)
    if (cells.length === header.length) {
      for (const message of reader(cells, line)) report(line, message)
    } else report(line, `the row has ${cells.length} cells, the header ${header.length}`)
  }
  return problems
}

interface DeckColumns {
  readonly code: number
  readonly destination: number
  readonly cover: number
  readonly from: number
  readonly until: number
  /** In the order of TERM_COLUMNS; -1 for one that the file has not. */
  readonly terms: readonly number[]
  readonly bands: readonly { readonly name: string; readonly at: number }[]
}

function columnsOf(
  header: readonly string[],
  report: (message: string) => void,
): DeckColumns | undefined {
  const known: readonly string[] = DECK_COLUMNS
  let isSound = true
  const refuse = (message: string): void => {
    isSound = false
    report(message)
  }
  for (const [at, column] of header.entries()) {
    if (header.indexOf(column) !== at) refuse(`the column "${column}" is there twice`)
    else if (!known.includes(column) && !BAND_COLUMN.test(column)) {
      refuse(`"${column}" is no column of a price deck; they are ${known.join(', ')}, price@BAND`)
    }
  }
  for (const column of ['code', 'price']) {
    if (!header.includes(column)) refuse(`the column "${column}" is missing`)
  }
  if (!isSound) return undefined
  const at = (column: string): number => header.indexOf(column)
  return {
    code: at('code'),
    destination: at('destination'),
    cover: at('cover'),
    from: at('from'),
    until: at('until'),
    terms: TERM_COLUMNS.map(at),
    bands: header.flatMap((column, index) => {
      const name = BAND_COLUMN.exec(column)?.[1]
      return name === undefined ? [] : [{ name, at: index }]
    }),
  }
}

/** Adds a row, or says what is wrong with it. */
function createRowReader(
  columns: DeckColumns,
  file: number,
  { rows, terms, destinations, dayStartMs }: DeckCollection,
): (cells: readonly string[], line: number) => readonly string[] {
  const key = createNumberKey()
  const days = new Map<string, number | undefined>()
  const checkedTerms = new Map<string, readonly string[]>()

  function instantOf(date: string, whenAbsent: number): number | undefined {
    if (date === '') return whenAbsent
    if (!days.has(date)) {
      days.set(date, /^\d{4}-\d{2}-\d{2}$/.test(date) ? dayStartMs(date) : undefined)
    }
    return days.get(date)
  }

  function problemsOf(text: string): readonly string[] {
    let problems = checkedTerms.get(text)
    if (problems === undefined) {
      problems = termProblems(text)
      checkedTerms.set(text, problems)
    }
    return problems
  }

  return (cells, line) => {
    const problems: string[] = []
    const code = cellAt(cells, columns.code)
    const cover = cellAt(cells, columns.cover)
    const from = cellAt(cells, columns.from)
    const until = cellAt(cells, columns.until)
    const fromMs = instantOf(from, -Infinity)
    const toMs = instantOf(until, Infinity)
    if (fromMs === undefined) problems.push(`from "${from}" is no date such as 2026-11-01`)
    if (toMs === undefined) problems.push(`until "${until}" is no date such as 2026-11-01`)
    if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
      problems.push(`until ${until} is not after from ${from}: it is never valid`)
    }
    const coverNumber = COVERS.indexOf(isCover(cover) ? cover : '')
    if (!isCover(cover)) problems.push(`cover "${cover}" is neither all-below nor ended`)
    const text = termsText(cells, columns)
    problems.push(...problemsOf(text))
    const codes = takeCode(key, code) ? NOTHING : codesOf(code)
    if (typeof codes === 'string') problems.push(codes)
    if (problems.length > 0 || typeof codes === 'string') return problems

    const termsNumber = terms.numberOf(text)
    const destination = destinations.numberOf(cellAt(cells, columns.destination))
    const add = (): void => {
      rows.start.push(key.start)
      rows.length.push(key.length)
      rows.fromMs.push(fromMs!)
      rows.toMs.push(toMs!)
      rows.cover.push(coverNumber)
      rows.terms.push(termsNumber)
      rows.destination.push(destination)
      rows.file.push(file)
      rows.line.push(line)
    }
    if (codes.length === 0) add()
    for (const each of codes) {
      takeCode(key, each)
      add()
    }
    return NOTHING
  }
}

const NOTHING: readonly never[] = []

function cellAt(cells: readonly string[], at: number): string {
  return at === -1 ? '' : cells[at]!.trim()
}

function isCover(cell: string): cell is Cover {
  const covers: readonly string[] = COVERS
  return covers.includes(cell)
}

function termsText(cells: readonly string[], { terms, bands }: DeckColumns): string {
  let text = ''
  for (const [index, at] of terms.entries()) {
    if (index > 0) text += TERM_SEPARATOR
    if (at !== -1) text += cells[at]!.trim()
  }
  for (const { name, at } of bands) {
    const price = cells[at]!.trim()
    if (price !== '') text += `${TERM_SEPARATOR}${name}=${price}`
  }
  return text
}

/** '4477 4478', '447400-447499': several codes in one cell. A sentence where they are none. */
function codesOf(cell: string): readonly string[] | string {
  const codes: string[] = []
  const key = createNumberKey()
  for (const part of cell.split(/\s+/).filter((each) => each !== '')) {
    const range = /^(\d{1,15})-(\d{1,15})$/.exec(part)
    if (range !== null) {
      const ofRange = codesOfRange(range[1] ?? '', range[2] ?? '')
      if (typeof ofRange === 'string') return ofRange
      codes.push(...ofRange)
    } else if (takeCode(key, part)) codes.push(part)
    else return codeProblem(part)
  }
  return codes.length === 0 ? 'the row has no code' : codes
}

function codesOfRange(first: string, last: string): readonly string[] | string {
  if (first.length !== last.length || first > last) {
    return `the range ${first}-${last} goes from a code up to one of the same length`
  }
  const [from, to] = [first, last].map((code) => Number.parseInt(code, 10))
  const count = to! - from! + 1
  if (count > RANGE_CODES_MAX) {
    return `the range ${first}-${last} has ${count} codes; at most ${RANGE_CODES_MAX} are read`
  }
  if (first.startsWith('0')) return codeProblem(first)
  return Array.from({ length: count }, (_, index) => String(from! + index))
}

function codeProblem(code: string): string {
  const problem = prefixProblem(code).replaceAll('prefix', 'code')
  return problem === '' ? `the code "${code}" has more than ${KEY_DIGITS} digits` : problem
}

/** The lines of a text, without what ends them. */
function* linesOf(text: string): Generator<string> {
  let from = text.startsWith('\uFEFF') ? 1 : 0
  while (from < text.length) {
    const end = text.indexOf('\n', from)
    const to = end === -1 ? text.length : end
    yield text.slice(from, text[to - 1] === '\r' ? to - 1 : to)
    from = to + 1
  }
}

function isBlank(line: string): boolean {
  return /^[\s,]*$/.test(line)
}

/** The cells of a line; in quotes one may have commas, and a quote is written twice. */
export function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!
    if (character === '"' && isQuoted && line[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (character === '"') isQuoted = !isQuoted
    else if (character === ',' && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += character
  }
  return [...cells, cell]
}
