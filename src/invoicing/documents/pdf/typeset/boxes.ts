/** Content measured at a width, to be drawn as one piece wherever there is room for it. */
import assert from 'node:assert/strict'
import type { CanvasElement, Content, TableCell } from 'pdfmake/interfaces.js'
import { below, shareWidth, type Box, type Setting } from './box.ts'
import { contentNode, marginOf, type ContentNode } from './content.ts'
import type { PageDrawing } from './page-drawing.ts'
import { tableRows } from './table-rows.ts'
import { lineHeightOf, textLines, type TextLine } from './text-lines.ts'
import { styleWithin, type TextStyle } from './text-style.ts'

/** With its margins. */
export function boxOf(content: Content | TableCell, setting: Setting): Box {
  const node = contentNode(content)
  const { left, top, right, bottom } = marginOf(node)
  if (left === 0 && top === 0 && right === 0 && bottom === 0) return innerBox(node, setting)
  const inner = innerBox(node, { ...setting, width: setting.width - left - right })
  return {
    height: top + inner.height + bottom,
    draw: (page, x, y) => inner.draw(page, x + left, y + top),
  }
}

/** Without its margins; `width` is what is left between them. */
export function innerBox(node: ContentNode, setting: Setting): Box {
  const style = styleWithin(setting.style, node)
  const within = style === setting.style ? setting : { ...setting, style }
  const { text, stack, columns, table, canvas, image } = node
  if (text !== undefined) return textBox(text, within)
  if (stack !== undefined) return below(stack.map((each) => boxOf(each, within)))
  if (columns !== undefined) return columnsBox(node, within)
  if (table !== undefined) return below(tableRows(node, within, boxOf))
  if (canvas !== undefined) return canvasBox(canvas)
  assert(image !== undefined, 'a node without content')
  return imageBox(image, node, within)
}

function textBox(text: unknown, { style, width }: Setting): Box {
  assert(typeof text === 'string')
  return below(textLines(text, style, width).map((line) => lineBox(line, style, width)))
}

/** One line of text in its place of a width. */
export function lineBox(line: TextLine, style: TextStyle, width: number): Box {
  const indent = style.alignment === 'right' ? width - line.width : 0
  return {
    height: lineHeightOf(style),
    draw: (page, x, y) => page.text(line, style, x + indent, y),
  }
}

function columnsBox({ columns = [], columnGap = 0 }: ContentNode, setting: Setting): Box {
  assert(typeof columnGap === 'number')
  const nodes = columns.map((column) => contentNode(column))
  const widths = shareWidth(
    nodes.map(({ width }) => width),
    setting.width - columnGap * (nodes.length - 1),
  )
  const boxes = columns.map((column, index) =>
    boxOf(column, { ...setting, width: widths[index] ?? 0 }),
  )
  return {
    height: Math.max(...boxes.map(({ height }) => height)),
    draw(page, x, y) {
      let left = x
      boxes.forEach((box, index) => {
        box.draw(page, left, y)
        left += (widths[index] ?? 0) + columnGap
      })
    },
  }
}

function canvasBox(canvas: readonly CanvasElement[]): Box {
  return {
    height: Math.max(0, ...canvas.map((each) => bottomOf(each))),
    draw(page, x, y) {
      for (const each of canvas) drawElement(page, each, { x, y })
    },
  }
}

function bottomOf(element: CanvasElement): number {
  if (element.type === 'line') return Math.max(element.y1, element.y2)
  assert(element.type === 'rect')
  return element.y + element.h
}

function drawElement(
  page: PageDrawing,
  element: CanvasElement,
  { x, y }: { x: number; y: number },
): void {
  if (element.type === 'line') {
    const { x1, y1, x2, y2, lineWidth = 1, lineColor = '#000000' } = element
    const pen = { width: lineWidth, color: lineColor }
    page.line({ x: x + x1, y: y + y1 }, { x: x + x2, y: y + y2 }, pen)
    return
  }
  assert(element.type === 'rect' && typeof element.color === 'string')
  const { w: width, h: height, r: radius = 0 } = element
  page.rect({ x: x + element.x, y: y + element.y, width, height, radius }, element.color)
}

function imageBox(name: string, { fit }: ContentNode, { images }: Setting): Box {
  const image = images.get(name)
  assert(image !== undefined && fit !== undefined)
  const scale = Math.min(fit[0] / image.width, fit[1] / image.height)
  const [width, height] = [image.width * scale, image.height * scale]
  return { height, draw: (page, x, y) => page.image(image, { x, y, width, height }) }
}
