/** Lines before the first record: those that the source says to skip, and a header that is recognised. */
import { z } from 'zod'
import type { FieldScanner } from './csv-fields.ts'

export const leadingOptions = {
  /** Lines at the start of the file that are no records. A header after them is recognised. */
  skipLines: z.int().min(0).max(1_000).default(0),
}

/** Asked of each line in order: it is no record. */
export type IsLeading = (line: string) => boolean

export function createLeadingLines(skipLines: number, isHeader: IsLeading): IsLeading {
  let seen = 0
  return (line) => {
    if (seen > skipLines) return false
    seen += 1
    return seen <= skipLines || isHeader(line)
  }
}

/** A line that has the names of these columns where a record has their values. */
export function namesColumns(
  fields: FieldScanner,
  columns: readonly string[],
  telling: readonly string[],
): IsLeading {
  const places = telling.map((name) => [columns.indexOf(name), name] as const)
  return (line) => {
    fields.scan(line)
    return places.every(([column, name]) => fields.text(column).trim().toLowerCase() === name)
  }
}
