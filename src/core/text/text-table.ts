/** Rows as text for a terminal: columns as wide as their content, numbers to the right. */
import { visibleText } from './visible-text.ts'

export interface TableColumn<Key extends string> {
  readonly key: Key
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Without a trailing line break. Control characters show as a dot: a terminal must not act on them. */
export function formatTable<Key extends string>(
  columns: readonly TableColumn<Key>[],
  rows: readonly Readonly<Record<Key, string>>[],
): string {
  const cells = rows.map((row) => columns.map((column) => printable(row[column.key])))
  const titles = columns.map((column) => column.title)
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...cells].map((line) => widthOf(line[index] ?? ''))),
  )
  const rule = widths.map((width) => '─'.repeat(width))
  const lineOf = (line: readonly string[]) =>
    line.map((text, index) => padded(text, widths[index] ?? 0, columns[index]?.align)).join('  ')
  return [titles, rule, ...cells].map((line) => lineOf(line).trimEnd()).join('\n')
}

function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const padding = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? padding + text : text + padding
}

/** Characters as a reader counts them: an accent belongs to its letter. */
function widthOf(text: string): number {
  return Array.from(text.normalize('NFC')).length
}

/** A cell is one line. */
function printable(text: string): string {
  return visibleText(text, '·').replaceAll(/[\n\t]/g, '·')
}
