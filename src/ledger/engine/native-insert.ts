/**
 * The text of a conditional insert of one native block. The condition is a scalar sub-query, so it
 * is decided once, before the block is read: all of the block or nothing.
 */
import type { NativeInsert } from './clickhouse-store.ts'

/** Above any block that we make, so that a block is never cut into two parts (rows, bytes). */
const BLOCK_ROWS_MAX = 1_048_576
const BLOCK_BYTES_MAX = 4_294_967_296

/**
 * `from` is the table function that yields the block. Values stand in the text as literals: chDB
 * runs statements with parameters one after the other, and an insert must not hold up queries.
 */
export function nativeInsertSql(insert: NativeInsert, from: string): string {
  return [
    `INSERT INTO ${insert.table} (${insert.columns})`,
    `SELECT ${insert.columns} FROM ${from}`,
    `WHERE ${withLiterals(insert.condition, insert.conditionParams)}`,
    `SETTINGS insert_deduplication_token = ${sqlLiteral(insert.deduplicationToken)},`,
    `insert_deduplicate = 1, max_threads = 1, max_insert_threads = 1,`,
    `max_insert_block_size = ${BLOCK_ROWS_MAX}, min_insert_block_size_rows = ${BLOCK_ROWS_MAX},`,
    `min_insert_block_size_bytes = ${BLOCK_BYTES_MAX}, log_comment = 'tik/insert'`,
  ].join('\n')
}

/** Text in single quotes with ClickHouse's two escapes; numbers as they are. */
export function sqlLiteral(value: string | number): string {
  if (typeof value === 'number') return String(value)
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function withLiterals(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+):\w+\}/g, (placeholder, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`${placeholder} has no value`)
    return sqlLiteral(value)
  })
}
