/**
 * The two kinds of CSV file in a catalogue, told apart by their header: a deck (prefix →
 * destination) and the table of countries. Cells stay text here; each row knows its line.
 */
import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { CatalogueProblem } from './catalogue-problem.ts'

export interface CsvRow {
  readonly file: string
  readonly line: number
  /** Cell by column name; '' where a column is absent. */
  readonly cells: Readonly<Record<string, string>>
}

export interface CsvFile {
  readonly kind: 'deck' | 'countries'
  readonly rows: readonly CsvRow[]
  readonly problems: readonly CatalogueProblem[]
}

const COLUMNS = {
  deck: {
    required: ['prefix', 'destination', 'name', 'country', 'class', 'zone'],
    optional: ['from', 'until'],
  },
  countries: { required: ['country', 'alpha3', 'name', 'mcc'], optional: [] },
} as const satisfies Record<string, { required: readonly string[]; optional: readonly string[] }>

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }),
)

export function readCsvFile(file: string, text: string): CsvFile {
  const problems: CatalogueProblem[] = []
  const report = (line: number, message: string) =>
    problems.push({ severity: 'error', file, line, message })

  const records = parseRecords(text, report)
  const header = records[0]?.record ?? []
  const kind = header.includes('prefix') ? 'deck' : 'countries'
  const { required, optional } = COLUMNS[kind]
  const known: readonly string[] = [...required, ...optional]
  for (const column of required) {
    if (!header.includes(column)) report(1, `the column "${column}" is missing`)
  }
  for (const column of header) {
    if (!known.includes(column)) report(1, `"${column}" is no column; they are ${known.join(', ')}`)
  }
  if (problems.length > 0) return { kind, rows: [], problems }

  const rows: CsvRow[] = []
  for (const { record, info } of records.slice(1)) {
    if (record.length === header.length) {
      const cells = Object.fromEntries(header.map((column, index) => [column, record[index] ?? '']))
      rows.push({ file, line: info.lines, cells })
    } else {
      report(info.lines, `the row has ${record.length} cells, the header ${header.length}`)
    }
  }
  return { kind, rows, problems }
}

function parseRecords(
  text: string,
  report: (line: number, message: string) => void,
): z.infer<typeof recordsSchema> {
  try {
    const options = { bom: true, comment: '#', info: true, relax_column_count: true, trim: true }
    return recordsSchema.parse(parse(text, { ...options, skip_empty_lines: true }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    report(
      typeof error['lines'] === 'number' ? error['lines'] : 1,
      `not readable as CSV: ${error.message}`,
    )
    return []
  }
}
