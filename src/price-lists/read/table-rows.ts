/** The rows of a delimited file as cells: quotes, cells over several lines, and what is no row. */
import { createFieldScanner, UNTERMINATED_QUOTE } from '../../ingest/text/csv-fields.ts'
import type { ListLine } from './text-lines.ts'

export interface TableRow {
  /** Where it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Why its cells cannot be told, one sentence; '' for a row that is whole. */
  readonly problem: string
}

/** `cellsCount` is how many a row has, by the titles: a quote that nothing closes swallows no other row. */
export function* tableRows(
  lines: Iterator<ListLine>,
  delimiter: string,
  cellsCount: number,
): Generator<TableRow> {
  const scanner = createFieldScanner({ delimiter, quote: '"' })
  const ahead: ListLine[] = []
  const next = (): ListLine | undefined => {
    const held = ahead.shift()
    if (held !== undefined) return held
    const result = lines.next()
    return result.done === true ? undefined : result.value
  }
  const cellsOf = (count: number) =>
    Array.from({ length: count }, (_, index) => scanner.text(index))

  for (let line = next(); line !== undefined; line = next()) {
    const count = scanner.scan(line.text)
    if (count !== UNTERMINATED_QUOTE) {
      yield { line: line.line, cells: cellsOf(count), problem: '' }
      continue
    }
    const more: ListLine[] = []
    let joined = line.text
    let joinedCount = UNTERMINATED_QUOTE
    while (joinedCount === UNTERMINATED_QUOTE && more.length < CELL_LINES_MAX) {
      const following = next()
      if (following === undefined) break
      more.push(following)
      joined += `\n${following.text}`
      joinedCount = scanner.scan(joined)
    }
    if (joinedCount === cellsCount) {
      yield { line: line.line, cells: cellsOf(joinedCount), problem: '' }
      continue
    }
    ahead.unshift(...more)
    yield { line: line.line, cells: [line.text], problem: 'a quote is opened in it and not closed' }
  }
}

/** Lines of one cell. */
const CELL_LINES_MAX = 20

/** The cells of one line, for looking for titles. */
export function cellsOfLine(text: string, delimiter: string): string[] {
  const scanner = createFieldScanner({ delimiter, quote: '"' })
  const count = scanner.scan(text)
  return Array.from({ length: Math.max(0, count) }, (_, index) => scanner.text(index))
}
