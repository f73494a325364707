/** A small bar: a part of a whole, drawn in a table cell. */
import type { TableCell } from 'pdfmake/interfaces.js'
import type { PdfContext } from './page-style.ts'

const BAR_HEIGHT = 6
const TOP = 2.5
/** So little is still seen. */
const WIDTH_MIN = 1.5

/** `share` of the width, 0 to 1; what is above 1 is drawn as 1. */
export function bar(
  part: { share: number; width: number; color: string },
  { brand }: PdfContext,
): TableCell {
  const room = part.width - 2
  const track = {
    type: 'rect',
    x: 0,
    y: TOP,
    w: room,
    h: BAR_HEIGHT,
    r: 3,
    color: brand.tint,
  } as const
  if (!(part.share > 0)) return { canvas: [track] }
  const w = Math.max(WIDTH_MIN, Math.round(room * Math.min(1, part.share) * 10) / 10)
  const r = Math.min(BAR_HEIGHT / 2, w / 2)
  return { canvas: [track, { type: 'rect', x: 0, y: TOP, w, h: BAR_HEIGHT, r, color: part.color }] }
}
