/** How fields of rows are read: what a query selects of them, and the schema of what comes back. */
import { z } from 'zod'
import { fieldNames } from '../../core/usage/field.ts'
import { ROW_FIELDS, type LedgerRow } from '../../core/usage/ledger-row.ts'
import { columnKindOf } from './column-kinds.ts'

/** `column AS name, …`, for the marked place of a query. */
export function selectionOf(names: readonly (keyof LedgerRow)[]): string {
  return names
    .map((name) => {
      const expression = columnKindOf(ROW_FIELDS[name]).read(ROW_FIELDS[name].column)
      return expression === name ? name : `${expression} AS ${name}`
    })
    .join(',\n    ')
}

/** For z.object, in the order of the names. */
export function shapeOf<Name extends keyof LedgerRow>(names: readonly Name[]): RowShape<Name> {
  const schemas = names.map((name) => [name, columnKindOf(ROW_FIELDS[name]).schema])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind reads what it holds
  return Object.fromEntries(schemas) as RowShape<Name>
}

type RowShape<Name extends keyof LedgerRow> = { [Each in Name]: z.ZodType<LedgerRow[Each]> }

/** Whole rows. */
export const ROW_SELECTION = selectionOf(fieldNames(ROW_FIELDS))
export const ledgerRow: z.ZodType<LedgerRow> = z.object(shapeOf(fieldNames(ROW_FIELDS)))
