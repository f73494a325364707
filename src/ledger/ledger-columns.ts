/**
 * The columns of `usage_ledger`, once: name, ClickHouse type, and how the native block carries it.
 * The order is the order of the block; a test compares it with the table that the migrations make.
 */
export type LedgerColumn = readonly [name: string, type: string]

const ENTRY_KIND = "Enum8('usage' = 1, 'reversal' = 2, 'correction' = 3, 'adjustment' = 4)"
const OUTCOME = "Enum8('rated' = 1, 'duplicate' = 2, 'rejected' = 3, 'unbillable' = 4)"
const PRODUCT = "Enum8('none' = 0, 'voip' = 1, 'mobile' = 2)"
const KIND = "Enum8('none' = 0, 'voice' = 1, 'sms' = 2, 'mms' = 3, 'data' = 4, 'event' = 5)"
const DIRECTION = "Enum8('none' = 0, 'out' = 1, 'in' = 2, 'forwarded' = 3)"
const CATEGORY = 'LowCardinality(String)'
const INSTANT = "DateTime64(3, 'UTC')"
const MONEY = 'Decimal(18, 6)'

export const LEDGER_COLUMNS = [
  ['log_source', CATEGORY],
  ['log_partition', 'UInt32'],
  ['log_offset', 'Int64'],
  ['batch_id', 'Int64'],
  ['recorded_at', INSTANT],
  ['catalogue_hash', CATEGORY],
  ['entry_kind', ENTRY_KIND],
  ['entries', 'Int8'],
  ['corrects', 'String'],
  ['outcome', OUTCOME],
  ['reason', CATEGORY],
  ['detail', 'String'],
  ['raw', 'String'],
  ['usage_id', 'String'],
  ['content_hash', 'Int64'],
  ['origin', CATEGORY],
  ['origin_record', 'Int64'],
  ['partner_id', CATEGORY],
  ['account_id', CATEGORY],
  ['subscription_id', 'String'],
  ['product', PRODUCT],
  ['kind', KIND],
  ['direction', DIRECTION],
  ['call_type', CATEGORY],
  ['destination', CATEGORY],
  ['sender', 'String'],
  ['receiver', 'String'],
  ['served_number', 'String'],
  ['visited_network', CATEGORY],
  ['started_at', INSTANT],
  ['period_start', 'Date'],
  ['duration_seconds', 'Int64'],
  ['volume_bytes', 'Int64'],
  ['quantity', 'Int64'],
  ['out_of_bundle_quantity', 'Int64'],
  ['billed_quantity', 'Int64'],
  ['charge', MONEY],
  ['information_charge', MONEY],
  ['rate_id', CATEGORY],
  ['take_keys', 'Array(String)'],
  ['take_quantities', 'Array(Int64)'],
  ['crossings', 'Array(String)'],
  ['session_key', 'String'],
  ['part_number', 'Int32'],
  ['late', 'UInt8'],
] as const satisfies readonly LedgerColumn[]

export type LedgerColumnName = (typeof LEDGER_COLUMNS)[number][0]

/** `name type, …`: the structure of a native block, for file() and input(). */
export const LEDGER_STRUCTURE = LEDGER_COLUMNS.map(
  ([name, type]) => `${name} ${wireType(type)}`,
).join(', ')

/** `name, …` in block order. */
export const LEDGER_COLUMN_LIST = LEDGER_COLUMNS.map(([name]) => name).join(', ')

/** The type that a column has in the block: the engine makes its own dictionary of categories. */
export function wireType(type: string): string {
  return type === CATEGORY ? 'String' : type
}
