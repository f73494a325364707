/**
 * The lines of an export as expressions of the engine, which makes them several times as fast as rows that are
 * parsed and written here. They are byte for byte those of usage-csv.ts, which a test compares. No value of a
 * caller gets into them: they are made of fixed texts and of columns.
 */
import { unreachable } from '../core/failures/outcome.ts'
import { csvTitles, type CsvOptions } from './usage-csv.ts'
import type { LineFormat } from './export-format.ts'

const LINE_BREAK = String.raw`'\r\n'`
const BOM = '\uFEFF'

/** One row, with its line break. `{timeZone:String}` is where its times are. */
export function lineOf(format: LineFormat): string {
  switch (format.kind) {
    case 'csv':
      return joined(csvCells(format.csv), format.csv.delimiter, LINE_BREAK)
    case 'jsonl':
      return jsonLine()
    default:
      return unreachable(format)
  }
}

/** What stands before the first row. */
export function headOf(format: LineFormat): string {
  if (format.kind !== 'csv') return ''
  const { bom, delimiter } = format.csv
  return `${bom ? BOM : ''}${csvTitles().join(delimiter)}\r\n`
}

function joined(cells: readonly string[], delimiter: string, end: string): string {
  return `concat(\n            ${cells.join(`, '${delimiter}',\n            `)}, ${end}\n        )`
}

function csvCells(options: CsvOptions): string[] {
  const text = (column: string) => textCell(column, options.delimiter)
  const money = (amount: string) =>
    options.decimalComma ? `replaceOne(${moneyText(amount)}, '.', ',')` : moneyText(amount)
  return [
    START_LOCAL,
    options.sheetTimes ? "formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', 'UTC')" : START_UTC,
    text('account_id'),
    text('subscription_id'),
    text('served_number'),
    'toString(product)',
    text('call_type'),
    'toString(direction)',
    text('sender'),
    text('receiver'),
    text('destination'),
    text('visited_network'),
    'toString(duration_seconds)',
    'toString(volume_bytes)',
    'toString(quantity)',
    'toString(out_of_bundle_quantity)',
    money('charge'),
    money('information_charge'),
    money('charge + information_charge'),
    "if(period_start = toDate(0), '', toString(period_start))",
    "if(late != 0, 'yes', '')",
    'toString(entry_kind)',
    text('usage_id'),
  ]
}

const START_LOCAL = "formatDateTime(started_at, '%Y-%m-%d %H:%i:%S', {timeZone:String})"
const START_UTC = "concat(replaceOne(toString(started_at), ' ', 'T'), 'Z')"

/** All six decimals that matter, at least two. */
function moneyText(amount: string): string {
  return `replaceRegexpOne(toDecimalString(${amount}, 6), '0{1,4}$', '')`
}

/** As `harmless` in usage-csv.ts, and in quotes where the delimiter, a quote or a line break is in it. */
function textCell(column: string, delimiter: string): string {
  const runs = String.raw`match(${column}, '^[=+\\-@\\t\\r\\n]')`
  const isNumber = String.raw`match(${column}, '^\\+[0-9]{1,20}$')`
  const harmless = String.raw`if(${runs} AND NOT ${isNumber}, concat('\'', ${column}), ${column})`
  const quoted = `concat('"', replaceAll(${harmless}, '"', '""'), '"')`
  return String.raw`if(match(${column}, '[${delimiter}"\\r\\n]'), ${quoted}, ${harmless})`
}

/** As JSON.stringify writes it. 64-bit integers are whole numbers; amounts are texts, so that no reader rounds them. */
function jsonLine(): string {
  const members = JSON_MEMBERS.map(
    ([name, value], at) => `'${at === 0 ? '{' : ','}"${name}":', ${value}`,
  )
  return (
    String.raw`concat(` + `\n            ${members.join(',\n            ')}, ` + String.raw`'}\n')`
  )
}

const quoted = (text: string) => `'"', ${text}, '"'`
const json = (column: string) => `toJSONString(${column})`

const JSON_MEMBERS: readonly (readonly [name: string, value: string])[] = [
  ['startLocal', quoted(START_LOCAL)],
  ['accountId', json('toString(account_id)')],
  ['subscriptionId', json('subscription_id')],
  ['product', quoted('toString(product)')],
  ['kind', quoted('toString(kind)')],
  ['direction', quoted('toString(direction)')],
  ['callType', json('toString(call_type)')],
  ['servedNumber', json('served_number')],
  ['sender', json('sender')],
  ['receiver', json('receiver')],
  ['destination', json('toString(destination)')],
  ['visitedNetwork', json('toString(visited_network)')],
  ['durationSeconds', 'toString(duration_seconds)'],
  ['volumeBytes', 'toString(volume_bytes)'],
  ['quantity', 'toString(quantity)'],
  ['outOfBundleQuantity', 'toString(out_of_bundle_quantity)'],
  ['billedQuantity', 'toString(billed_quantity)'],
  ['rateId', json('toString(rate_id)')],
  ['periodStartDay', 'toString(toInt32(period_start))'],
  ['late', "if(late != 0, 'true', 'false')"],
  ['entryKind', quoted('toString(entry_kind)')],
  ['usageId', json('usage_id')],
  ['entryId', json("concat(log_source, '/', toString(log_partition), '/', toString(log_offset))")],
  ['startUtc', quoted(START_UTC)],
  ['charge', quoted(moneyText('charge'))],
  ['informationCharge', quoted(moneyText('information_charge'))],
  ['amount', quoted(moneyText('charge + information_charge'))],
]
