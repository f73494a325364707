/**
 * What the typesetter sets: the part of pdfmake's content that our papers use, so that pdfmake can lay out the
 * same papers. Anything else is a mistake of ours and stops it.
 */
import assert from 'node:assert/strict'
import type {
  CanvasElement,
  Column,
  Content,
  CustomTableLayout,
  Table,
  TableCell,
} from 'pdfmake/interfaces.js'

/** One node of content with what is set on it; of text, stack, columns, table, canvas and image it has one. */
export interface ContentNode {
  readonly text?: unknown
  readonly stack?: readonly Content[]
  readonly columns?: readonly Column[]
  readonly columnGap?: unknown
  readonly table?: Table
  readonly layout?: CustomTableLayout
  readonly canvas?: readonly CanvasElement[]
  readonly image?: string
  readonly fit?: readonly [number, number]
  readonly margin?: unknown
  readonly width?: unknown
  readonly colSpan?: number
  readonly unbreakable?: boolean
  readonly pageBreak?: string
  readonly font?: string
  readonly bold?: boolean
  readonly fontSize?: number
  readonly color?: unknown
  readonly alignment?: string
  readonly lineHeight?: number
  readonly noWrap?: boolean
}

const KNOWN = {
  text: true,
  stack: true,
  columns: true,
  columnGap: true,
  table: true,
  layout: true,
  canvas: true,
  image: true,
  fit: true,
  margin: true,
  width: true,
  colSpan: true,
  unbreakable: true,
  pageBreak: true,
  font: true,
  bold: true,
  fontSize: true,
  color: true,
  alignment: true,
  lineHeight: true,
  noWrap: true,
} as const satisfies Record<keyof ContentNode, true>

const KNOWN_NAMES: ReadonlySet<string> = new Set(Object.keys(KNOWN))

export function contentNode(content: Content | Column | TableCell): ContentNode {
  if (typeof content === 'string') return { text: content }
  assert(typeof content === 'object', 'content that is no node')
  if (Array.isArray(content)) return { stack: content }
  for (const name in content) assert(KNOWN_NAMES.has(name), `nothing here sets ${name}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- by the names that it has, pdfmake's types by their values
  return content as ContentNode
}

export interface Margin {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const NO_MARGIN: Margin = { left: 0, top: 0, right: 0, bottom: 0 }

export function marginOf({ margin }: ContentNode): Margin {
  if (margin === undefined) return NO_MARGIN
  assert(Array.isArray(margin) && margin.length === 4)
  const [left, top, right, bottom] = margin.map(Number)
  return { left: left ?? 0, top: top ?? 0, right: right ?? 0, bottom: bottom ?? 0 }
}
