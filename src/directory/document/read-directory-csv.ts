/**
 * Lists of the accounts document as CSV, the way they come out of a spreadsheet: a header line with
 * the names of the document (`address.street` for what is within), lists separated by spaces.
 */
import { buildDirectory, type DirectoryContent, type KnownDirectory } from './build-directory.ts'
import { assertNoCsvProblems, readCsvRows } from './csv-rows.ts'
import { directoryDocumentSchema } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'

export const CSV_LISTS = [
  'partners',
  'accounts',
  'subscriptions',
  'groups',
  'users',
  'limits',
  'oneOffCharges',
] as const
export type CsvList = (typeof CSV_LISTS)[number]

/** Columns whose cell is a list. */
const LISTS = new Set([
  'registrations',
  'numbers',
  'imsis',
  'iccids',
  'trunks',
  'plans',
  'modules',
  'groups',
  'allowances',
])
const NUMBERS = new Set(['anchorDay', 'paymentTermDays'])
const BOOLEANS = new Set(['sendZeroInvoices', 'costCentreLines'])

/**
 * What a CSV file of one list says; it refers to what `known` has. Throws `accounts_invalid` with
 * one line `file:line: message` for each problem, of all rows at once.
 */
export async function readDirectoryCsv(
  path: string,
  list: CsvList,
  known: KnownDirectory,
): Promise<DirectoryContent> {
  const rows = await readCsvRows(path)
  const problems: DocumentProblem[] = []
  const written: unknown[] = []
  const rowOfWritten: number[] = []
  for (const [index, { record }] of rows.entries()) {
    const row = toWritten(record)
    const document = directoryDocumentSchema.safeParse({ [list]: [row] })
    if (document.success) {
      written.push(row)
      rowOfWritten.push(index)
    } else {
      const issues = document.error.issues.map(({ path: [, , ...columns], message }) => {
        return { path: [index, ...columns], message }
      })
      problems.push(...issues)
    }
  }
  const document = directoryDocumentSchema.parse({ [list]: written })
  const built = buildDirectory(document, known)
  for (const {
    path: [, index, ...columns],
    message,
  } of built.problems) {
    const row = typeof index === 'number' ? rowOfWritten[index] : undefined
    problems.push({ path: row === undefined ? [] : [row, ...columns], message })
  }
  assertNoCsvProblems(path, rows, problems)
  return built.content
}

/** An empty cell says nothing. */
function toWritten(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  const within = new Map<string, Record<string, unknown>>()
  for (const [column, cell] of Object.entries(record)) {
    if (cell === '') continue
    const [outer = '', ...inner] = column.split('.')
    if (inner.length === 0) {
      written[outer] = valueOf(outer, cell)
      continue
    }
    const parent = within.get(outer) ?? {}
    within.set(outer, parent)
    written[outer] = parent
    parent[inner.join('.')] = cell
  }
  return written
}

function valueOf(column: string, cell: string): unknown {
  if (LISTS.has(column)) return cell.split(/\s+/)
  if (NUMBERS.has(column) && /^\d+$/.test(cell)) return Number.parseInt(cell, 10)
  if (BOOLEANS.has(column) && (cell === 'true' || cell === 'false')) return cell === 'true'
  return cell
}
