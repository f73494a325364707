/**
 * Masks and deletes in the ledger, by mutations that are there whole for each part, can be stopped anywhere and
 * change nothing the second time. No column that a sum is made of is touched, so totals, balances and
 * invoices stay. Which rows are done, the rows say (core/usage/beyond-retention.ts).
 */
import { z } from 'zod'
import { DELETED_DETAIL, MASKED_DETAIL } from '../core/usage/beyond-retention.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile } from '../ledger/engine/query-file.ts'
import type { MonthsBeyond } from './retention-terms.ts'

export interface MonthToDo {
  /** YYYYMM */
  readonly month: number
  readonly unmaskedCount: number
  readonly undeletedCount: number
}

const countsQuery = queryFile<{
  maskMonth: number
  deleteMonth: number
  heldAccounts: readonly string[]
  masked: string
  deleted: string
}>()(
  'retain-counts',
  z.object({ month: exactInteger, unmaskedCount: exactInteger, undeletedCount: exactInteger }),
)

/** What there is to do; empty the second time. */
export function monthsToDo(
  clickhouse: ClickHouseStore,
  beyond: MonthsBeyond,
  heldAccounts: readonly string[],
): Promise<MonthToDo[]> {
  return clickhouse.query(countsQuery, {
    ...beyond,
    heldAccounts,
    masked: MASKED_DETAIL,
    deleted: DELETED_DETAIL,
  })
}

export async function retainMonths(
  clickhouse: ClickHouseStore,
  beyond: MonthsBeyond,
  heldAccounts: readonly string[],
): Promise<void> {
  const { maskMonth, deleteMonth } = beyond
  if (maskMonth > 0) {
    await clickhouse.command(MASK, {
      month: maskMonth,
      heldAccounts,
      masked: MASKED_DETAIL,
      deleted: DELETED_DETAIL,
    })
  }
  if (deleteMonth > 0) {
    await clickhouse.command(DELETE, {
      month: deleteMonth,
      heldAccounts,
      deleted: DELETED_DETAIL,
    })
  }
}

/** The other party's number alone, wherever it stands; the customer's own stays. */
export async function maskNumber(clickhouse: ClickHouseStore, number: string): Promise<void> {
  await clickhouse.command(MASK_ONE, { number, masked: MASKED_DETAIL, deleted: DELETED_DETAIL })
}

/** As src/reports/masked-number.ts shows it; again it is the same. */
function masked(column: 'sender' | 'receiver'): string {
  return `multiIf(${column} = served_number OR ${column} = '', ${column},
    length(${column}) > 8, concat(substring(${column}, 1, length(${column}) - 4), '****'), '****')`
}

// The content hash goes with the number: of four digits that are hidden it would tell which they were.
const WITHOUT_NUMBERS = `sender = ${masked('sender')}, receiver = ${masked('receiver')}, raw = '',
  content_hash = 0, detail = {masked:String}`

const MASK = `ALTER TABLE usage_ledger UPDATE ${WITHOUT_NUMBERS}
WHERE toYYYYMM(recorded_at) <= {month:Int32} AND NOT has({heldAccounts:Array(String)}, account_id)
  AND entry_kind != 'adjustment' AND detail NOT IN ({masked:String}, {deleted:String})
SETTINGS mutations_sync = 2`

const DELETE = `ALTER TABLE usage_ledger UPDATE sender = '', receiver = '', raw = '', content_hash = 0,
  visited_network = '', session_key = '', detail = {deleted:String}
WHERE toYYYYMM(recorded_at) <= {month:Int32} AND NOT has({heldAccounts:Array(String)}, account_id)
  AND entry_kind != 'adjustment' AND detail != {deleted:String}
SETTINGS mutations_sync = 2`

const MASK_ONE = `ALTER TABLE usage_ledger UPDATE ${WITHOUT_NUMBERS}
WHERE (sender = {number:String} OR receiver = {number:String}) AND served_number != {number:String}
  AND entry_kind != 'adjustment' AND detail != {deleted:String}
SETTINGS mutations_sync = 2`
