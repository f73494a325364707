/**
 * Content over pages. What is one piece goes to the next page where this one has no room for it; the heads of a
 * table stand again above the rows that went there.
 */
import type { Content } from 'pdfmake/interfaces.js'
import { below, type Box, type Setting } from './box.ts'
import { boxOf, innerBox, lineBox } from './boxes.ts'
import { contentNode, marginOf, type ContentNode } from './content.ts'
import type { PageDrawing } from './page-drawing.ts'
import { tableRows } from './table-rows.ts'
import { textLines } from './text-lines.ts'
import { styleWithin } from './text-style.ts'

export interface FlowArea {
  readonly left: number
  readonly top: number
  readonly bottom: number
  readonly newPage: () => PageDrawing
}

/** Sets the content from the top of a first page on. */
export function flow(content: Content, area: FlowArea, setting: Setting): void {
  const place: Place = { area, page: area.newPage(), y: area.top, isFull: false }
  flowNode(contentNode(content), place, setting, area.left)
}

interface Place {
  readonly area: FlowArea
  page: PageDrawing
  y: number
  /** The space behind something reached the end of the page; what comes next begins another. */
  isFull: boolean
}

function flowNode(node: ContentNode, place: Place, setting: Setting, x: number): void {
  const { left, top, right, bottom } = marginOf(node)
  if (place.isFull || node.pageBreak === 'before') turnPage(place)
  if (place.area.bottom - place.y < top) turnPage(place)
  else place.y += top
  const style = styleWithin(setting.style, node)
  const within = { ...setting, style, width: setting.width - left - right }
  flowInner(node, place, within, x + left)
  if (place.area.bottom - place.y < bottom) place.isFull = true
  else place.y += bottom
}

function flowInner(node: ContentNode, place: Place, setting: Setting, x: number): void {
  const { stack, table, text, unbreakable = false } = node
  if (unbreakable) put(innerBox(node, setting), place, x)
  else if (stack !== undefined) {
    for (const each of stack) flowNode(contentNode(each), place, setting, x)
  } else if (table !== undefined) flowTable(node, place, setting, x)
  else if (typeof text === 'string') {
    const { style, width } = setting
    for (const line of textLines(text, style, width)) put(lineBox(line, style, width), place, x)
  } else put(innerBox(node, setting), place, x)
}

function flowTable(node: ContentNode, place: Place, setting: Setting, x: number): void {
  const rows = tableRows(node, setting, boxOf)
  const { headerRows = 0, keepWithHeaderRows = 0 } = node.table ?? {}
  const heads = below(rows.slice(0, headerRows))
  const firstCount = headerRows + keepWithHeaderRows
  if (firstCount > 0) put(below(rows.slice(0, firstCount)), place, x)
  for (const row of rows.slice(firstCount)) {
    if (!fits(row, place)) {
      turnPage(place)
      put(heads, place, x)
    }
    put(row, place, x)
  }
}

function fits({ height }: Box, { area, y }: Place): boolean {
  return height <= area.bottom - y + ROUNDING
}

/** Sums of lengths differ by less than this from what they should be. */
const ROUNDING = 1e-6

function put(box: Box, place: Place, x: number): void {
  if (!fits(box, place) && place.y > place.area.top) turnPage(place)
  box.draw(place.page, x, place.y)
  place.y += box.height
}

function turnPage(place: Place): void {
  place.page = place.area.newPage()
  place.y = place.area.top
  place.isFull = false
}
