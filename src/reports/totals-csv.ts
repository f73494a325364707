/** Totals as a file: the table as it is shown, with ids and names, amounts exact. */
import { csvLine } from './csv-line.ts'
import { amountText, harmless, type CsvOptions } from './usage-csv.ts'
import type { UsageTotalsRow } from './usage-totals.ts'

/** Of a grouping that has no product or no call type they are left out. */
export interface TotalsLine
  extends
    Pick<
      UsageTotalsRow,
      'number' | 'subscriptionId' | 'count' | 'durationSeconds' | 'volumeBytes' | 'amountMicros'
    >,
    Partial<Pick<UsageTotalsRow, 'product' | 'callType'>> {
  /** Of a person or cost centre. */
  readonly name?: string
}

const BOM = '\uFEFF'
const TITLES = [
  'name',
  'product',
  'number',
  'subscription',
  'call_type',
  'call_type_name',
  'count',
  'duration_seconds',
  'volume_bytes',
  'amount',
]

export function totalsCsv(
  rows: readonly TotalsLine[],
  options: CsvOptions,
  nameOf: (callType: string) => string,
): string {
  const { delimiter, decimalComma } = options
  const lines = rows.map((row) => {
    const amount = amountText(row.amountMicros)
    const callType = row.callType ?? ''
    return csvLine(
      [
        harmless(row.name ?? ''),
        row.product ?? '',
        harmless(row.number),
        harmless(row.subscriptionId),
        harmless(callType),
        harmless(callType === '' ? '' : nameOf(callType)),
        String(row.count),
        String(row.durationSeconds),
        String(row.volumeBytes),
        decimalComma ? amount.replace('.', ',') : amount,
      ],
      delimiter,
    )
  })
  return (options.bom ? BOM : '') + csvLine(TITLES, delimiter) + lines.join('')
}
