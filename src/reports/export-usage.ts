/** The whole selection as a file: CSV or JSON lines (T4), however many rows it has. */
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { usageCsv, amountText, type CsvColumn, type CsvOptions } from './usage-csv.ts'
import { detailOf, streamUsageDetails } from './usage-details.ts'
import type { DetailsFilter, ShownRow, UsageDetail } from './usage-details.ts'

export type ExportFormat =
  | {
      readonly kind: 'csv'
      readonly csv: CsvOptions
      /** Others than those of the export. */
      readonly columns?: readonly CsvColumn[]
    }
  | { readonly kind: 'jsonl' }

/** Pieces of the file, newest usage first. Times are local in `timeZone`, and in UTC beside it. */
export function exportUsage(
  store: ClickHouseStore,
  filter: DetailsFilter,
  format: ExportFormat,
  timeZone: string,
): AsyncGenerator<string> {
  return writeUsage(streamUsageDetails(store, filter, timeZone), format)
}

/** Ledger rows that somebody else selected (the CDRs of an invoice), in the same columns. */
export function writeLedgerRows(
  chunks: AsyncIterable<readonly ShownRow[]>,
  format: ExportFormat,
  timeZone: string,
): AsyncGenerator<string> {
  return writeUsage(detailsOf(chunks, timeZone), format)
}

function writeUsage(
  chunks: AsyncIterable<readonly UsageDetail[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  return format.kind === 'csv'
    ? usageCsv(chunks, format.csv, format.columns)
    : usageJsonLines(chunks)
}

/** Amounts are decimal strings, so that no reader makes them floating point by accident. */
async function* usageJsonLines(
  chunks: AsyncIterable<readonly UsageDetail[]>,
): AsyncGenerator<string> {
  for await (const rows of chunks) {
    yield rows.map((row) => `${JSON.stringify(jsonOf(row))}\n`).join('')
  }
}

function jsonOf(row: UsageDetail) {
  const { chargeMicros, informationChargeMicros, amountMicros, startMs, ...rest } = row
  return {
    ...rest,
    startUtc: new Date(startMs).toISOString(),
    charge: amountText(chargeMicros),
    informationCharge: amountText(informationChargeMicros),
    amount: amountText(amountMicros),
  }
}

/** Rows that somebody else selected, as they come out of a report. */
export async function* detailsOf(
  chunks: AsyncIterable<readonly ShownRow[]>,
  timeZone: string,
): AsyncGenerator<UsageDetail[]> {
  // Swedish writes dates as ISO does: 2026-10-01 12:00:00.
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  for await (const rows of chunks) {
    yield rows.map((row) => detailOf(row, local.format(row.startMs)))
  }
}
