/** In which forms a selection of usage leaves as a file. */
import { unreachable } from '../core/failures/outcome.ts'
import { EXCEL_CSV, PLAIN_CSV, type CsvOptions } from './usage-csv.ts'

export type ExportFormat = LineFormat | { readonly kind: 'parquet' }
/** A line a row: what was written can be gone on with. */
export type LineFormat =
  { readonly kind: 'csv'; readonly csv: CsvOptions } | { readonly kind: 'jsonl' }

/** As people name them. */
export const EXPORT_FORMATS = ['csv', 'excel', 'jsonl', 'parquet'] as const
export type ExportFormatName = (typeof EXPORT_FORMATS)[number]

export interface ExportFileKind {
  readonly format: ExportFormat
  readonly ending: string
  readonly contentType: string
}

export function exportFileKind(name: ExportFormatName): ExportFileKind {
  switch (name) {
    case 'csv':
      return { format: { kind: 'csv', csv: PLAIN_CSV }, ...CSV_FILE }
    case 'excel':
      return { format: { kind: 'csv', csv: EXCEL_CSV }, ...CSV_FILE }
    case 'jsonl':
      return { format: { kind: 'jsonl' }, ending: 'jsonl', contentType: 'application/x-ndjson' }
    case 'parquet':
      return {
        format: { kind: 'parquet' },
        ending: 'parquet',
        contentType: 'application/vnd.apache.parquet',
      }
    default:
      return unreachable(name)
  }
}

const CSV_FILE = { ending: 'csv', contentType: 'text/csv; charset=utf-8' }
