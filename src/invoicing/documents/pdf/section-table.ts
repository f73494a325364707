/**
 * A titled table: title and column heads repeat on every page, rows are never cut, and neither the
 * first rows nor the last row with its total are left alone on a page.
 */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import {
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
  const widths = columns.map((column) => column.width)
  const lastRow = rows.at(-1) ?? []
  const closing = [cellsOf(lastRow, columns)]
  if (table.total !== undefined) closing.push(totalCells(table.total, columns))
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
        columns.map((column) => headCell(column)),
        ...rows.slice(0, -1).map((row) => cellsOf(row, columns)),
        spanning(closingTable, columns.length),
      ],
    },
    layout: sectionLayout,
  }
}

function titleCells(table: SectionTable, context: PdfContext): TableCell[] {
  const title = { text: table.title, fontSize: 12, bold: true, color: context.brand.color }
  const note = { text: table.note ?? '', fontSize: 7.5, color: MUTED }
  const stack = table.note === undefined ? [title] : [title, note]
  return spanning({ colSpan: table.columns.length, stack }, table.columns.length)
}

function headCell(column: Column): TableCell {
  const { title, alignment = 'left' } = column
  return { text: title, alignment, fontSize: 7.5, color: MUTED }
}

function cellsOf(row: readonly (string | TableCell)[], columns: readonly Column[]): TableCell[] {
  return columns.map((column, index) => {
    const cell = row[index] ?? ''
    if (typeof cell !== 'string') return cell
    return { text: cell, alignment: column.alignment ?? 'left' }
  })
}

function totalCells(total: readonly string[], columns: readonly Column[]): TableCell[] {
  return columns.map((column, index) => ({
    text: total[index] ?? '',
    alignment: column.alignment ?? 'left',
    bold: true,
  }))
}

function spanning(cell: TableCell, columnsCount: number): TableCell[] {
  return [cell, ...Array.from({ length: columnsCount - 1 }, () => '')]
}
