/**
 * How a partner looks on paper: its own colour and logo, or a colour and a mark that follow from its id and
 * name, so that they are the same on every invoice.
 */
import { createHash } from 'node:crypto'
import type { CanvasRect } from 'pdfmake/interfaces.js'
import { tintOf } from '../../../core/text/color.ts'
import type { InvoicePaper } from '../../invoice-model.ts'

export const MARK_SIZE = 36

export interface Brand {
  readonly color: string
  /** A light tint, for surfaces. */
  readonly tint: string
  /** For the part of a bar that stands for what is over. */
  readonly warning: string
  /** The mark, drawn in a square of `MARK_SIZE`. */
  readonly mark: readonly CanvasRect[]
  /** A data URL; stands in place of mark and name. */
  readonly logo: string | undefined
}

/** Deep enough for white text on them (contrast above 7:1), with a tint each. */
const COLORS = [
  { color: '#12505B', tint: '#E8F0F1' },
  { color: '#1F3A68', tint: '#E9EDF3' },
  { color: '#5B2A55', tint: '#F1EBF0' },
  { color: '#1E5639', tint: '#E9F0EC' },
  { color: '#7A3018', tint: '#F5ECE8' },
  { color: '#2F4557', tint: '#EBEEF1' },
] as const

const BARS_COUNT = 5

export function brandOf(
  seller: { partnerId: string; name: string },
  paper: Pick<InvoicePaper, 'color' | 'logo'> = {},
): Brand {
  const hash = createHash('sha256').update(`${seller.partnerId}\0${seller.name}`).digest()
  const found = COLORS[(hash[0] ?? 0) % COLORS.length] ?? COLORS[0]
  const { color, tint } =
    paper.color === undefined
      ? found
      : { color: paper.color, tint: tintOf(paper.color, TINT_SHARE) }
  const mark = markOf(color, hash)
  return { color, tint, warning: '#C2571A', mark, logo: paper.logo }
}

const TINT_SHARE = 0.1

/** A rounded tile with bars like a voice on a line; their heights come from the name. */
function markOf(color: string, hash: Uint8Array): CanvasRect[] {
  const bars = Array.from({ length: BARS_COUNT }, (_, index): CanvasRect => {
    const h = 7 + ((hash[index + 1] ?? 0) % 9) * 1.8
    const x = 6.3 + index * 5
    return { type: 'rect', x, y: MARK_SIZE / 2 - h / 2, w: 2.9, h, r: 1.4, color: '#FFFFFF' }
  })
  return [{ type: 'rect', x: 0, y: 0, w: MARK_SIZE, h: MARK_SIZE, r: 8, color }, ...bars]
}
