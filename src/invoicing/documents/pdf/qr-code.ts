/**
 * A QR code as a drawing. pdfmake's own draws every dark module by itself, some 700 of them; here those
 * that lie side by side are one bar, which is less to draw and leaves no seams between them.
 */
import { createRequire } from 'node:module'
import type { CanvasRect } from 'pdfmake/interfaces.js'

/** pdfmake's encoder: what it makes of a node with a code. */
interface QrEncoder {
  measure(node: { qr: string; fit: number; eccLevel: 'M' }): {
    readonly _width: number
    /** The ground, then one square for each dark module, row by row. */
    readonly _canvas: readonly CanvasRect[]
  }
}

const encoder: QrEncoder = createRequire(import.meta.url)('pdfmake/js/qrEnc.js').default

/** At most `size` points wide and high, as its modules are whole points; its own width says how wide. */
export function qrCode(
  text: string,
  { size, color }: { size: number; color: string },
): { readonly width: number; readonly canvas: CanvasRect[] } {
  const { _width: width, _canvas: drawn } = encoder.measure({ qr: text, fit: size, eccLevel: 'M' })
  const bars: CanvasRect[] = []
  for (const module of drawn.slice(1)) {
    const last = bars.at(-1)
    if (last !== undefined && last.y === module.y && last.x + last.w === module.x) {
      bars[bars.length - 1] = { ...last, w: last.w + module.w }
    } else bars.push({ ...module, color })
  }
  return { width, canvas: bars }
}
