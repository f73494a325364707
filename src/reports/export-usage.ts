/** The whole selection as a file (T4), however many rows it has: made by the engine and passed through. */
import { z } from 'zod'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { queryFile, type QueryParams } from '../ledger/engine/query-file.ts'
import type { ExportFormat, LineFormat } from './export-format.ts'
import { headOf, lineOf } from './export-lines.ts'
import { exportSlices, type ExportSlice } from './export-slices.ts'
import { detailsConditions, type DetailsFilter } from './usage-details.ts'
import type { Conditions } from './usage-filter.ts'

export interface ExportWish {
  readonly format: ExportFormat
  /** Of the times that are shown; UTC stands beside them. */
  readonly timeZone: string
  /** Goes on with a file that has all usages that start from here on. */
  readonly beforeMs?: number | undefined
  /** Less than what is sorted at once otherwise. */
  readonly sliceRowsMax?: number | undefined
}

/** A piece of the file: after it the file has all usages that start at `fromMs` or later. */
export interface ExportPart {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly rowsCount: number
  readonly fromMs: number | undefined
}

export interface UsageExport {
  readonly rowsCount: number
  /** Each is read to its end before the next. */
  readonly parts: AsyncIterable<ExportPart>
}

/** Lines newest usage first; Parquet in the order of the ledger, by account. Memory stays at a slice. */
export async function exportUsage(
  store: ClickHouseStore,
  filter: DetailsFilter,
  wish: ExportWish,
): Promise<UsageExport> {
  const selection = detailsConditions(filter)
  const { beforeMs, sliceRowsMax } = wish
  const slices = await exportSlices(store, selection, { beforeMs, sliceRowsMax })
  const rowsCount = slices.reduce((sum, slice) => sum + slice.rowsCount, 0)
  return { rowsCount, parts: partsOf(store, { selection, slices, rowsCount }, wish) }
}

/** The same as one stream of bytes. */
export async function* bytesOf({ parts }: UsageExport): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of parts) yield* bytes
}

async function* partsOf(
  store: ClickHouseStore,
  chosen: { selection: Conditions; slices: readonly ExportSlice[]; rowsCount: number },
  { format, timeZone, beforeMs }: ExportWish,
): AsyncGenerator<ExportPart> {
  const { selection, slices, rowsCount } = chosen
  if (format.kind === 'parquet') {
    const params = { ...selection.params, timeZone }
    const bytes = store.bytes(parquetQuery(selection), params, 'Parquet')
    yield { bytes, rowsCount, fromMs: undefined }
    return
  }
  if (beforeMs === undefined) yield headPart(format)
  for (const { conditions, ...slice } of slices) {
    const params = { ...conditions.params, timeZone }
    yield { ...slice, bytes: store.bytes(linesQuery(conditions, format), params, 'RawBLOB') }
  }
}

function headPart(format: LineFormat): ExportPart {
  return { bytes: encoded(headOf(format)), rowsCount: 0, fromMs: undefined }
}

async function* encoded(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield await Promise.resolve(new TextEncoder().encode(text))
}

/** Nothing is read of what passes through. */
const NO_ROWS = z.never()

/** Exported for the test that asserts its text. */
export function linesQuery(conditions: Conditions, format: LineFormat) {
  const places = { line: lineOf(format), conditions: conditions.texts.join('\n        AND ') }
  return queryFile<QueryParams>()('report-export-lines', NO_ROWS, places, LINE_SETTINGS)
}

/** As JSON.stringify has it, `/` stays as it is. Blocks are few rows: each row is some 200 to 600 bytes of text. */
const LINE_SETTINGS = 'output_format_json_escape_forward_slashes = 0, max_block_size = 8192'

/** Exported for the test that asserts its text. */
export function parquetQuery(conditions: Conditions) {
  const places = { conditions: conditions.texts.join('\n    AND ') }
  return queryFile<QueryParams>()('report-export-parquet', NO_ROWS, places, PARQUET_SETTINGS)
}

/** Columns and conditions have the same names, and rows are few enough at a time for a bounded memory. */
const PARQUET_SETTINGS =
  'prefer_column_name_to_alias = 1, output_format_parquet_row_group_size = 32768, max_block_size = 16384'
