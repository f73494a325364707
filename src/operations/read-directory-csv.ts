/**
 * Users, limits and subscriptions as CSV, the way they come out of a spreadsheet: comma or
 * semicolon, a header line with the names of the accounts document, lists separated by spaces.
 */
import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { TikError } from '../core/errors.ts'
import { buildDirectory, type DirectoryContent, type KnownDirectory } from './build-directory.ts'
import { directoryDocumentSchema } from './directory-schema.ts'
import type { DocumentProblem } from './located-document.ts'

export type CsvList = 'users' | 'limits' | 'subscriptions'

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
])

const parsedSchema = z.array(
  z.object({
    record: z.record(z.string(), z.string()),
    info: z.object({ lines: z.int() }),
  }),
)

/**
 * What a CSV file of one list says; it refers to what `known` has. Throws `accounts_invalid` with
 * one line `file:line: message` for each problem.
 */
export async function readDirectoryCsv(
  path: string,
  list: CsvList,
  known: KnownDirectory,
): Promise<DirectoryContent> {
  const rows = parseRows(path, await readText(path))
  const document = directoryDocumentSchema.safeParse({
    [list]: rows.map(({ record }) => toWritten(record)),
  })
  const failIfAny = (problems: readonly DocumentProblem[]): void => {
    if (problems.length > 0) throw located(path, rows, problems)
  }
  if (!document.success) {
    failIfAny(document.error.issues)
    throw document.error
  }
  const { content, problems } = buildDirectory(document.data, known)
  failIfAny(problems)
  return content
}

type CsvRow = z.output<typeof parsedSchema>[number]

function parseRows(path: string, text: string): CsvRow[] {
  const [header = ''] = text.split('\n', 1)
  try {
    return parsedSchema.parse(
      parse(text, {
        bom: true,
        columns: true,
        delimiter: header.includes(';') ? ';' : ',',
        info: true,
        skip_empty_lines: true,
        trim: true,
      }),
    )
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TikError('accounts_invalid', `${path}: ${why}`, { cause })
  }
}

/** An empty cell says nothing. */
function toWritten(record: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, cell]) => cell !== '')
      .map(([column, cell]) => [column, LISTS.has(column) ? cell.split(/\s+/) : cell]),
  )
}

function located(
  path: string,
  rows: readonly CsvRow[],
  problems: readonly DocumentProblem[],
): TikError {
  const lines = problems.map(({ path: [, index, ...columns], message }) => {
    const line = typeof index === 'number' ? rows[index]?.info.lines : undefined
    const column = columns.length === 0 ? '' : `${columns.map(String).join('.')}: `
    return `${path}:${line ?? 1}: ${column}${message}`
  })
  return new TikError('accounts_invalid', lines.join('\n'), {
    hint: 'mend these lines; nothing was imported',
  })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new TikError('file_missing', `cannot read ${path}`, { cause })
  }
}
