/**
 * Text that fits on one line is laid out as one piece. pdfmake measures, places and draws every word by
 * itself, which is most of the time of an invoice, and almost every cell of one has a single line.
 */
import { FONT_SIZE } from './page-style.ts'
import { textWidth } from './typeset/glyph-runs.ts'

export interface LinePlace {
  /** Points that there are for it; undefined where that is not known. */
  readonly width: number | undefined
  readonly fontSize?: number
  readonly bold?: boolean
}

export interface LineText {
  readonly text: string
  readonly fontSize: number
  readonly bold: boolean
  readonly noWrap: boolean
}

/** As one piece where it fits, else to be broken between its words. */
export function oneLine(
  text: string,
  { width = 0, fontSize = FONT_SIZE, bold = false }: LinePlace,
): LineText {
  const fits = !text.includes('\n') && textWidth(text, { bold, fontSize }) <= width
  return { text, fontSize, bold, noWrap: fits }
}
