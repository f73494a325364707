/** A table as boxes, one a row, each with the rule below it. */
import assert from 'node:assert/strict'
import type { ContentTable, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js'
import { shareWidth, type Box, type Setting } from './box.ts'
import { contentNode, type ContentNode } from './content.ts'
import type { PageDrawing } from './page-drawing.ts'

type BoxOf = (content: TableCell, setting: Setting) => Box

/** The rows of a table; it has no rule above the first. Cells are measured by `boxOf`. */
export function tableRows(
  { table, layout = {} }: ContentNode,
  setting: Setting,
  boxOf: BoxOf,
): Box[] {
  assert(table !== undefined && Array.isArray(table.widths))
  const node = { table }
  const columns = columnsOf(table.widths, layout, node, setting.width)
  assert.equal(measure(layout.hLineWidth?.(0, node)), 0)
  return table.body.map((cells, index) => {
    const row = { node, index, columns, layout, width: setting.width, boxOf }
    return rowBox(cells, row, setting)
  })
}

interface TableColumn {
  /** From the left of the table to what is in the cell. */
  readonly left: number
  readonly width: number
}

interface Row {
  readonly node: ContentTable
  readonly index: number
  readonly columns: readonly TableColumn[]
  readonly layout: CustomTableLayout
  readonly width: number
  readonly boxOf: BoxOf
}

function columnsOf(
  widths: readonly unknown[],
  { paddingLeft, paddingRight }: CustomTableLayout,
  node: ContentTable,
  width: number,
): TableColumn[] {
  const before = widths.map((_, index) => measure(paddingLeft?.(index, node)))
  const behind = widths.map((_, index) => measure(paddingRight?.(index, node)))
  const paddings = [...before, ...behind].reduce((sum, each) => sum + each, 0)
  let left = 0
  return shareWidth(widths, width - paddings).map((own, index) => {
    left += before[index] ?? 0
    const column = { left, width: own }
    left += own + (behind[index] ?? 0)
    return column
  })
}

function rowBox(cells: readonly TableCell[], row: Row, setting: Setting): Box {
  const { node, index, layout } = row
  const above = measure(layout.paddingTop?.(index, node))
  const rule = measure(layout.hLineWidth?.(index + 1, node))
  const boxes = cellBoxes(cells, row, setting)
  const content = Math.max(0, ...boxes.map(({ box }) => box.height))
  const height = above + content + measure(layout.paddingBottom?.(index, node)) + rule
  return {
    height,
    draw(page, x, y) {
      fill(page, row, { x, y, width: row.width, height: height - rule })
      for (const { box, left } of boxes) box.draw(page, x + left, y + above)
      if (rule > 0) drawRule(page, row, { x, y: y + height - rule / 2, width: rule })
    },
  }
}

function cellBoxes(
  cells: readonly TableCell[],
  { columns, boxOf }: Row,
  setting: Setting,
): { box: Box; left: number }[] {
  const boxes: { box: Box; left: number }[] = []
  for (let index = 0; index < cells.length;) {
    const cell = cells[index] ?? ''
    const { colSpan = 1 } = contentNode(cell)
    const [first, last] = [columns[index], columns[index + colSpan - 1]]
    assert(first !== undefined && last !== undefined)
    const width = last.left + last.width - first.left
    boxes.push({ box: boxOf(cell, { ...setting, width }), left: first.left })
    index += colSpan
  }
  return boxes
}

function fill(
  page: PageDrawing,
  { layout, node, index }: Row,
  box: Parameters<PageDrawing['rect']>[0],
) {
  const { fillColor } = layout
  if (fillColor === undefined) return
  assert(typeof fillColor === 'function')
  const color = fillColor(index, node, 0)
  assert(typeof color === 'string')
  page.rect(box, color)
}

function drawRule(
  page: PageDrawing,
  { layout, node, index, width }: Row,
  rule: { x: number; y: number; width: number },
): void {
  const { hLineColor } = layout
  const color = typeof hLineColor === 'function' ? hLineColor(index + 1, node, 0) : hLineColor
  const pen = { width: rule.width, color: color ?? '#000000' }
  page.line({ x: rule.x, y: rule.y }, { x: rule.x + width, y: rule.y }, pen)
}

/** Our layouts name all their measures. */
function measure(value: number | null | undefined): number {
  assert(typeof value === 'number')
  return value
}
