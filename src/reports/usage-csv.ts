/**
 * Usages as CSV that opens in Excel and loads into accounting. Amounts and times are plain; a text
 * that a spreadsheet would run as a formula gets an apostrophe in front, but telephone numbers
 * (+ and digits only) stay as they are: as a formula they are just that number (decision 0141).
 */
import { csvLine } from './csv-line.ts'
import { microsToDecimal, type Micros } from '../core/money/money.ts'
import { dayToIso } from '../core/time/period.ts'
import type { UsageDetail } from './usage-details.ts'

export interface CsvOptions {
  /** Excel takes a file for UTF-8 only with the mark. */
  readonly bom: boolean
  readonly delimiter: ',' | ';'
  readonly decimalComma: boolean
  /** The time in UTC as spreadsheets know times, to the second; else to the millisecond, as programs read it. */
  readonly sheetTimes: boolean
}

/** What a Dutch or Belgian Excel opens by a double click. */
export const EXCEL_CSV: CsvOptions = {
  bom: true,
  delimiter: ';',
  decimalComma: true,
  sheetTimes: true,
}
export const PLAIN_CSV: CsvOptions = {
  bom: false,
  delimiter: ',',
  decimalComma: false,
  sheetTimes: false,
}

const BOM = '\uFEFF'

/** Pieces of the file, header first; memory stays at one chunk of rows. */
export async function* usageCsv(
  chunks: AsyncIterable<readonly UsageDetail[]>,
  options: CsvOptions,
  columns: readonly CsvColumn[] = COLUMNS,
): AsyncGenerator<string> {
  const { delimiter } = options
  const titles = columns.map(([title]) => title)
  yield (options.bom ? BOM : '') + csvLine(titles, delimiter)
  for await (const rows of chunks) {
    if (rows.length === 0) continue
    let text = ''
    for (const row of rows) {
      const cells = columns.map(([, value]) => cellText(value(row), options))
      text += csvLine(cells, delimiter)
    }
    yield text
  }
}

/** The columns of an export by name, in order. */
export function csvTitles(): string[] {
  return COLUMNS.map(([title]) => title)
}

type Cell = string | number | { readonly micros: Micros }

export type CsvColumn = readonly [title: string, value: (row: UsageDetail) => Cell]

/**
 * In order: of the CDR file of an invoice. The engine makes the same for an export, several times as fast
 * (export-lines.ts); a test compares the two byte for byte.
 */
const COLUMNS: readonly CsvColumn[] = [
  ['start', (row) => row.startLocal],
  ['start_utc', (row) => new Date(row.startMs).toISOString()],
  ['account', (row) => row.accountId],
  ['subscription', (row) => row.subscriptionId],
  ['number', (row) => row.servedNumber],
  ['product', (row) => row.product],
  ['call_type', (row) => row.callType],
  ['direction', (row) => row.direction],
  ['sender', (row) => row.sender],
  ['receiver', (row) => row.receiver],
  ['destination', (row) => row.destination],
  ['network', (row) => row.visitedNetwork],
  ['duration_seconds', (row) => row.durationSeconds],
  ['volume_bytes', (row) => row.volumeBytes],
  ['quantity', (row) => row.quantity],
  ['out_of_bundle', (row) => row.outOfBundleQuantity],
  ['charge', (row) => ({ micros: row.chargeMicros })],
  ['information_charge', (row) => ({ micros: row.informationChargeMicros })],
  ['amount', (row) => ({ micros: row.amountMicros })],
  ['period', (row) => (row.periodStartDay === 0 ? '' : dayToIso(row.periodStartDay))],
  ['late', (row) => (row.late ? 'yes' : '')],
  ['entry', (row) => row.entryKind],
  ['usage_id', (row) => row.usageId],
]

function cellText(cell: Cell, options: CsvOptions): string {
  if (typeof cell === 'number') return String(cell)
  if (typeof cell === 'string') return harmless(cell)
  const amount = amountText(cell.micros)
  return options.decimalComma ? amount.replace('.', ',') : amount
}

/** All six decimals that matter, at least two: 0.25, 0.0423, 12.00. */
export function amountText(amount: Micros): string {
  return microsToDecimal(amount).replace(/0{1,4}$/, '')
}

const PHONE_NUMBER = /^\+\d{1,20}$/

/** Spreadsheets run what begins with = + - @, a tab or a line break; with an apostrophe it is text. */
export function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) && !PHONE_NUMBER.test(text) ? `'${text}` : text
}
