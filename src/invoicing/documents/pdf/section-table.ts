/**
 * A titled table: title and column heads repeat on every page, rows are never cut, and neither the
 * first rows nor the last row with its total are left alone on a page.
 */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { oneLine } from './one-line.ts'
import {
  CELL_GAP,
  CONTENT_WIDTH,
  MUTED,
  sectionLayout,
  type Column,
  type PdfContext,
  type SectionTable,
} from './page-style.ts'

/** A table this short moves to the next page as a whole. */
const ROWS_KEPT_TOGETHER_MAX = 10

export function sectionTable(table: SectionTable, context: PdfContext): Content {
  const { columns, rows } = table
  const widths = columnWidths(columns)
  const closing = rows.slice(-1).map((row) => cellsOf(row, columns, widths))
  if (table.total !== undefined) closing.push(totalCells(table.total, columns, widths))
  const closingTable: TableCell = {
    colSpan: columns.length,
    margin: [0, -3.2, 0, -3.2], // The rows inside have the same padding themselves.
    table: { widths, body: closing, dontBreakRows: true },
    layout: {
      ...sectionLayout,
      hLineWidth: (line) => (line === 1 && closing.length > 1 ? 0.8 : 0),
    },
  }
  return {
    margin: [0, 0, 0, 20],
    unbreakable: rows.length <= ROWS_KEPT_TOGETHER_MAX,
    table: {
      headerRows: 2,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths,
      body: [
        titleCells(table, context),
        columns.map((column, index) => headCell(column, widths[index])),
        ...rows.slice(0, -1).map((row) => cellsOf(row, columns, widths)),
        spanning(closingTable, columns.length),
      ],
    },
    layout: sectionLayout,
  }
}

/** What is left of the page is the one column's of width '*'. */
function columnWidths(columns: readonly Column[]): number[] {
  const fixed = columns.reduce((sum, { width }) => sum + (width === '*' ? 0 : width), 0)
  const gaps = 2 * CELL_GAP * (columns.length - 1)
  return columns.map(({ width }) => (width === '*' ? CONTENT_WIDTH - fixed - gaps : width))
}

function titleCells(table: SectionTable, context: PdfContext): TableCell[] {
  const title = {
    ...oneLine(table.title, { width: CONTENT_WIDTH, fontSize: 12, bold: true }),
    color: context.brand.color,
  }
  const note = { text: table.note ?? '', fontSize: 7.5, color: MUTED }
  const stack = table.note === undefined ? [title] : [title, note]
  return spanning({ colSpan: table.columns.length, stack }, table.columns.length)
}

function headCell({ title, alignment }: Column, width: number | undefined): TableCell {
  return {
    ...oneLine(title, { width, fontSize: 7.5 }),
    alignment: alignment ?? 'left',
    color: MUTED,
  }
}

function cellsOf(
  row: readonly (string | TableCell)[],
  columns: readonly Column[],
  widths: readonly number[],
): TableCell[] {
  return columns.map((column, index) => {
    const cell = row[index] ?? ''
    if (typeof cell !== 'string') return cell
    return { ...oneLine(cell, { width: widths[index] }), alignment: column.alignment ?? 'left' }
  })
}

function totalCells(
  total: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): TableCell[] {
  return columns.map((column, index) => ({
    ...oneLine(total[index] ?? '', { width: widths[index], bold: true }),
    alignment: column.alignment ?? 'left',
  }))
}

function spanning(cell: TableCell, columnsCount: number): TableCell[] {
  return [cell, ...Array.from({ length: columnsCount - 1 }, () => '')]
}
