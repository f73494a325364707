/**
 * Rows in which one column's text may hold the delimiter without quotes (a name, a dialled string): the
 * fields that a row has too many belong to that column.
 */
import type { FieldScanner } from '../../text/csv-fields.ts'

/** `fields` of rows of `columnsCount` columns; a wider row counts as that many. */
export function withLooseColumn(
  fields: FieldScanner,
  layout: { readonly column: number; readonly columnsCount: number; readonly delimiter: string },
): FieldScanner {
  const { column, columnsCount, delimiter } = layout
  let surplus = 0
  return {
    scan(line) {
      const count = fields.scan(line)
      surplus = Math.max(count - columnsCount, 0)
      return count - surplus
    },
    text(index) {
      if (index < column) return fields.text(index)
      if (index > column || surplus === 0) return fields.text(index + surplus)
      const parts = Array.from({ length: surplus + 1 }, (_, part) => fields.text(index + part))
      return parts.join(delimiter)
    },
    isQuoted: (index) => fields.isQuoted(index > column ? index + surplus : index),
  }
}
