/**
 * The kinds of CSV file in a catalogue that are told apart by their header: a deck (prefix →
 * destination), the table of countries and exchange rates. Cells stay text here; each row knows its line.
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
  readonly kind: keyof typeof COLUMNS
  readonly rows: readonly CsvRow[]
  readonly problems: readonly CatalogueProblem[]
}

const COLUMNS = {
  deck: {
    required: ['prefix', 'destination', 'name', 'country', 'class', 'zone'],
    optional: ['from', 'until'],
  },
  countries: { required: ['country', 'alpha3', 'name', 'mcc'], optional: [] },
  exchangeRates: { required: ['currency', 'rate', 'from'], optional: [] },
} as const satisfies Record<string, { required: readonly string[]; optional: readonly string[] }>

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }),
)

export function readCsvFile(file: string, text: string): CsvFile {
  const problems: CatalogueProblem[] = []
  const report = (line: number, message: string) =>
    problems.push({ severity: 'error', file, line, message })

  const layout = layoutOf(text)
  const records = parseRecords(layout, report)
  const header = records[0]?.record ?? []
  const kind = layout.kind
  const { required, optional } = COLUMNS[kind]
  const known: readonly string[] = [...required, ...optional]
  if (problems.length === 0 && !header.some((column) => known.includes(column))) {
    report(
      records[0]?.info.lines ?? 1,
      `no header of a deck (${COLUMNS.deck.required.join(', ')}) or of countries ` +
        `(${COLUMNS.countries.required.join(', ')})`,
    )
  } else if (problems.length === 0) {
    for (const column of required) {
      if (!header.includes(column)) report(1, `the column "${column}" is missing`)
    }
    for (const column of header) {
      if (!known.includes(column))
        report(1, `"${column}" is no column; they are ${known.join(', ')}`)
    }
  }
  if (problems.length > 0) return { kind, rows: [], problems }

  const rows: CsvRow[] = []
  for (const { record, info } of records.slice(1)) {
    if (record.length === header.length) {
      const cells = Object.fromEntries(
        header.map((column, index) => [column, (record[index] ?? '').trim()]),
      )
      rows.push({ file, line: info.lines, cells })
    } else {
      report(info.lines, `the row has ${record.length} cells, the header ${header.length}`)
    }
  }
  return { kind, rows, problems }
}

interface Layout {
  readonly kind: CsvFile['kind']
  readonly delimiter: string
  readonly text: string
}

/** Spreadsheets write what their country does; the first that the text has is not the right one. */
const DELIMITERS = [',', ';', '\t', '|'] as const

/** Kind and delimiter by which the first line names the most columns. */
function layoutOf(text: string): Layout {
  // Excel's own line about the delimiter; it stays as an empty one, so that lines keep their numbers.
  const plain = text.replace(/^\uFEFF?sep=.\r?(?=\n)/, '')
  const first = plain.split('\n').find((line) => /[^\s#]/.test(line) && !line.startsWith('#')) ?? ''
  let best: Layout = { kind: 'deck', delimiter: ',', text: plain }
  let mostNamed = 0
  for (const delimiter of DELIMITERS) {
    const cells = first.split(delimiter).map(plainCell)
    for (const kind of ['deck', 'countries', 'exchangeRates'] as const) {
      const names: readonly string[] = [...COLUMNS[kind].required, ...COLUMNS[kind].optional]
      const named = cells.filter((cell) => names.includes(cell)).length
      if (named > mostNamed) best = { kind, delimiter, text: plain }
      mostNamed = Math.max(mostNamed, named)
    }
  }
  return best
}

function plainCell(cell: string): string {
  return cell.replaceAll('"', '').replace('\uFEFF', '').trim()
}

function parseRecords(
  { text, delimiter }: Layout,
  report: (line: number, message: string) => void,
): z.infer<typeof recordsSchema> {
  try {
    const options = {
      delimiter,
      bom: true,
      comment: '#',
      info: true,
      relax_column_count: true,
      trim: true,
    }
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
