/** Totals as a table: the columns that the grouping has, quantities in units that people read. */
import { micros, microsToDecimal } from '../../core/money/money.ts'
import { formatTable, type TableColumn } from '../../core/text/text-table.ts'
import type { PeopleBy, PeopleTotalsRow } from '../../app/usage/people-totals.ts'
import type { TotalsBy, UsageTotalsRow } from '../../reports/usage-totals.ts'

type Key =
  | 'partner'
  | 'account'
  | 'product'
  | 'name'
  | 'callType'
  | 'number'
  | 'count'
  | 'minutes'
  | 'megabytes'
  | 'amount'

type Row = UsageTotalsRow | PeopleTotalsRow

const KEYS: Record<TotalsBy | PeopleBy, readonly Key[]> = {
  total: [],
  product: ['product'],
  'call-type': ['product', 'callType'],
  number: ['product', 'number'],
  'number-and-call-type': ['product', 'number', 'callType'],
  person: ['name', 'number'],
  'cost-centre': ['name'],
  account: ['partner', 'account'],
  partner: ['partner'],
}

const COLUMNS: Record<Key, TableColumn<Key>> = {
  partner: { key: 'partner', title: 'Partner' },
  account: { key: 'account', title: 'Account' },
  product: { key: 'product', title: 'Product' },
  name: { key: 'name', title: 'Name' },
  callType: { key: 'callType', title: 'Call type' },
  number: { key: 'number', title: 'Number' },
  count: { key: 'count', title: 'Count', align: 'right' },
  minutes: { key: 'minutes', title: 'Minutes', align: 'right' },
  megabytes: { key: 'megabytes', title: 'MB', align: 'right' },
  amount: { key: 'amount', title: 'EUR ex VAT', align: 'right' },
}

/** With a line of sums at the end where there is more than one. */
export function totalsTable(rows: readonly Row[], by: TotalsBy | PeopleBy): string {
  const columns = [...KEYS[by], 'count', 'minutes', 'megabytes', 'amount'] as const
  const lines = rows.map(lineOf)
  if (rows.length > 1)
    lines.push({ ...lineOf(sumOf(rows)), ...NO_KEYS, [KEYS[by][0] ?? 'product']: 'total' })
  return formatTable(
    columns.map((key) => COLUMNS[key]),
    lines,
  )
}

const NO_KEYS = { partner: '', account: '', product: '', name: '', callType: '', number: '' }

function lineOf(row: Row): Record<Key, string> {
  return {
    partner: 'partnerId' in row ? row.partnerId : '',
    account: 'accountId' in row ? row.accountId : '',
    product: 'product' in row ? row.product : '',
    name: 'name' in row ? row.name : '',
    callType: 'callType' in row ? row.callType : '',
    number: row.number,
    count: String(row.count),
    minutes: row.durationSeconds === 0n ? '' : tenths(row.durationSeconds, 60n),
    megabytes: row.volumeBytes === 0n ? '' : tenths(row.volumeBytes, 1_048_576n),
    amount: microsToDecimal(row.amountMicros).replace(/0{1,4}$/, ''),
  }
}

/** For reading only: the quantity in a larger unit, cut to one decimal. */
function tenths(quantity: bigint, unit: bigint): string {
  const isNegative = quantity < 0n
  const count = ((isNegative ? -quantity : quantity) * 10n) / unit
  return `${isNegative ? '-' : ''}${count / 10n}.${count % 10n}`
}

function sumOf(rows: readonly Row[]): Row {
  const [first, ...rest] = rows
  if (first === undefined) throw new Error('there are rows to add up')
  return rest.reduce(
    (sum, row) => ({
      ...sum,
      count: sum.count + row.count,
      durationSeconds: sum.durationSeconds + row.durationSeconds,
      volumeBytes: sum.volumeBytes + row.volumeBytes,
      amountMicros: micros(sum.amountMicros + row.amountMicros),
    }),
    first,
  )
}
