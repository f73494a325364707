/**
 * The columns of `usage_ledger`, as the native block carries them: those of the fields of a row, by the
 * tables of core/usage/usage.ts and core/usage/ledger-row.ts, and two that belong to the commit. A test compares
 * them with the table that the migrations make.
 */
import { ROW_FIELDS } from '../../core/usage/ledger-row.ts'
import { columnKindOf, wireType } from './column-kinds.ts'

export interface LedgerColumn {
  readonly name: string
  readonly type: string
}

/** Which insert wrote the row, and how many usages it stands for in sums. */
const COMMIT_COLUMNS: readonly LedgerColumn[] = [
  { name: 'batch_id', type: 'Int64' },
  { name: 'entries', type: 'Int8' },
]

/** In the order of the block. */
export const LEDGER_COLUMNS: readonly LedgerColumn[] = [
  ...COMMIT_COLUMNS,
  ...Object.values(ROW_FIELDS).map((field) => ({
    name: field.column,
    type: columnKindOf(field).type,
  })),
]

/** `name type, …`: the structure of a native block, for file() and input(). */
export const LEDGER_STRUCTURE = LEDGER_COLUMNS.map(
  ({ name, type }) => `${name} ${wireType(type)}`,
).join(', ')

/** `name, …` in block order. */
export const LEDGER_COLUMN_LIST = LEDGER_COLUMNS.map(({ name }) => name).join(', ')
