/** What is drawn on one page, as operators of PDF. Places are points from the upper left corner. */
import type { DocumentFonts } from './embedded-fonts.ts'
import { ascentOf, lineHeightOf, type TextLine } from './text-lines.ts'
import { fontNameOf, type TextStyle } from './text-style.ts'

/** An image that is in the document already. */
export interface PlacedImage {
  readonly label: string
  readonly width: number
  readonly height: number
}

export interface PageDrawing {
  /** `y` is the top of the line. */
  text(line: TextLine, style: TextStyle, x: number, y: number): void
  rect(box: Rect, color: string): void
  line(from: Point, to: Point, pen: Pen): void
  image(image: PlacedImage, box: Rect): void
  /** Across the page from corner to corner, under an own state of graphics. */
  watermark(line: TextLine, style: TextStyle, place: Turned): void
  operators(): string
}

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Rect extends Point {
  readonly width: number
  readonly height: number
  readonly radius?: number
}
export interface Pen {
  readonly width: number
  readonly color: string
}
export interface Turned {
  readonly center: Point
  readonly radians: number
  /** Its name on the page. */
  readonly graphicsState: string
}

/** The page is set up so that y grows downwards; letters are turned back. */
export function createPageDrawing(fonts: DocumentFonts): PageDrawing {
  const parts: string[] = []
  let fill = ''
  let stroke = ''
  let font = ''
  let penWidth = -1
  const setFill = (color: string): void => {
    if (color === fill) return
    fill = color
    parts.push(`${rgb(color)} rg`)
  }
  const show = (line: TextLine, style: TextStyle, matrix: string): void => {
    const name = fontNameOf(style)
    const wanted = `/${fonts.use(name)} ${numeral(style.fontSize)} Tf`
    if (wanted !== font) parts.push(wanted)
    font = wanted
    parts.push(`BT ${matrix} Tm ${fonts.show(name, line.runs, style.fontSize)} ET`)
  }
  return {
    text(line, style, x, y) {
      if (line.runs.length === 0) return
      setFill(style.color)
      show(line, style, `1 0 0 -1 ${numeral(x)} ${numeral(y + ascentOf(style))}`)
    },
    rect(box, color) {
      setFill(color)
      parts.push(`${outline(box)} f`)
    },
    line(from, to, pen) {
      if (pen.color !== stroke) parts.push(`${rgb(pen.color)} RG`)
      if (pen.width !== penWidth) parts.push(`${numeral(pen.width)} w`)
      stroke = pen.color
      penWidth = pen.width
      parts.push(`${numeral(from.x)} ${numeral(from.y)} m ${numeral(to.x)} ${numeral(to.y)} l S`)
    },
    image({ label }, { x, y, width, height }) {
      const place = [width, 0, 0, -height, x, y + height].map(numeral).join(' ')
      parts.push(`q ${place} cm /${label} Do Q`)
    },
    watermark(line, style, { center, radians, graphicsState }) {
      const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
      const [right, down] = [-line.width / 2, ascentOf(style) - lineHeightOf(style) / 2]
      const x = center.x + right * cos - down * sin
      const y = center.y + right * sin + down * cos
      parts.push(`q /${graphicsState} gs ${rgb(style.color)} rg`)
      show(line, style, [cos, sin, sin, -cos, x, y].map(numeral).join(' '))
      parts.push('Q')
      font = ''
    },
    operators: () => parts.join('\n'),
  }
}

/** Control points of a quarter of a circle, as a part of its radius. */
const ROUND = 0.5523

function outline({ x, y, width, height, radius = 0 }: Rect): string {
  const r = Math.min(radius, width / 2, height / 2)
  if (r <= 0) return `${[x, y, width, height].map(numeral).join(' ')} re`
  const c = r * (1 - ROUND)
  const [right, bottom] = [x + width, y + height]
  return [
    [x + r, y, 'm'],
    [right - r, y, 'l'],
    [right - c, y, right, y + c, right, y + r, 'c'],
    [right, bottom - r, 'l'],
    [right, bottom - c, right - c, bottom, right - r, bottom, 'c'],
    [x + r, bottom, 'l'],
    [x + c, bottom, x, bottom - c, x, bottom - r, 'c'],
    [x, y + r, 'l'],
    [x, y + c, x + c, y, x + r, y, 'c'],
    ['h'],
  ]
    .map((step) => step.map((part) => (typeof part === 'number' ? numeral(part) : part)).join(' '))
    .join(' ')
}

/** A thousandth of a point is less than any printer shows. */
export function numeral(value: number): string {
  return String(Math.round(value * 1_000) / 1_000)
}

const colors = new Map<string, string>()
const COLORS_MAX = 1_000

/** `#1F3A68` as three parts of one. */
function rgb(color: string): string {
  const found = colors.get(color)
  if (found !== undefined) return found
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
  const text = parts.map(numeral).join(' ')
  if (colors.size >= COLORS_MAX) colors.clear()
  colors.set(color, text)
  return text
}
