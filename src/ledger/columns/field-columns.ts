/**
 * The columns of one table of fields, which a record is appended to field by field: the appending is
 * written out once for each table (core/usage/compile-fields.ts).
 */
import { compile, nameInCode } from '../../core/usage/compile-fields.ts'
import {
  storedFields,
  type Field,
  type Fields,
  type Stored,
  type ValuesOf,
} from '../../core/usage/field.ts'
import { columnKindOf, type ColumnKind } from './column-kinds.ts'
import type { NativeColumn } from './native-columns.ts'

export interface FieldColumns<Values> {
  /** New ones, by their names. */
  open(): Columns
  append(columns: Columns, record: Values): void
}

type Columns = Readonly<Record<string, NativeColumn>>

/** Of the fields that have a column. */
export function compileColumns<Table extends Fields>(
  table: Table,
): FieldColumns<ValuesOf<Stored<Table>>> {
  const fields = Object.entries<Field>(storedFields(table)).map(([name, field]) => ({
    name: nameInCode(name),
    column: nameInCode(field.column ?? ''),
    kind: columnKindOf(field),
  }))
  const members = fields.map(({ column }, at) => `${column}: kinds[${at}].open()`)
  const lines = fields.map(({ name, column }) => `columns.${column}.append(record.${name})`)
  const open = compile<(kinds: readonly ColumnKind[]) => Columns>(
    'kinds',
    `return { ${members.join(', ')} }`,
  )
  const kinds = fields.map(({ kind }) => kind)
  return { open: () => open(kinds), append: compile('columns, record', lines.join('; ')) }
}
