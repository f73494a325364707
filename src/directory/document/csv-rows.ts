/** Rows of a spreadsheet's CSV file, and what is wrong with them by line. */
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { invalidAccounts, readText, type DocumentProblem } from './located-document.ts'

export interface DirectoryCsvRow {
  readonly record: Readonly<Record<string, string>>
  readonly info: { readonly lines: number }
}

const parsedSchema = z.array(
  z.object({
    record: z.record(z.string(), z.string()),
    info: z.object({ lines: z.int() }),
  }),
)

/** Comma or semicolon, a header line with names. Throws `file_missing` or `accounts_invalid`. */
export async function readCsvRows(path: string): Promise<readonly DirectoryCsvRow[]> {
  const text = await readText(path)
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

/**
 * Throws `accounts_invalid` with one line `file:line: column: message` for each problem, when there is
 * any. The path of a problem is the number of the row and then the column.
 */
export function assertNoCsvProblems(
  path: string,
  rows: readonly DirectoryCsvRow[],
  problems: readonly DocumentProblem[],
): void {
  if (problems.length === 0) return
  const located = problems.map(({ path: [index, ...columns], message }) => {
    const line = typeof index === 'number' ? rows[index]?.info.lines : undefined
    const column = columns.length === 0 ? '' : `${columns.map(String).join('.')}: `
    return { line: line ?? 1, message: `${column}${message}` }
  })
  throw invalidAccounts(path, located)
}
