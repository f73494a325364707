/** Ledger rows that somebody else selected (the CDRs of an invoice), in the columns of an export or in others. */
import { usageCsv, type CsvColumn, type CsvOptions } from './usage-csv.ts'
import { detailOf, type ShownRow, type UsageDetail } from './usage-details.ts'

export interface CsvForm {
  readonly csv: CsvOptions
  /** Others than those of the export. */
  readonly columns?: readonly CsvColumn[]
}

/** Pieces of the file; times are local in `timeZone`. */
export function writeLedgerRows(
  chunks: AsyncIterable<readonly ShownRow[]>,
  { csv, columns }: CsvForm,
  timeZone: string,
): AsyncGenerator<string> {
  return usageCsv(detailsOf(chunks, timeZone), csv, columns)
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
